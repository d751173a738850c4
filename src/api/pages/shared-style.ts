/** Colours by the reader's setting, and the plain parts that all pages have. */
export const sharedStyle = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --quiet: #57606a; --line: #d0d7de; --link: #0757b5; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #1c2022; --quiet: #9da7b1; --line: #3d444d; --link: #7ab7ff; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { margin: 0; } a { color: var(--link); }
form { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: end; margin: 12px 0; }
label { display: flex; flex-direction: column; color: var(--quiet); font-size: 14px; }
input, select, button { font: inherit; padding: 6px 10px; border: 1px solid var(--line); border-radius: 6px; background: var(--paper); color: var(--ink); }
button { cursor: pointer; }
:target, :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
[hidden] { display: none !important; }
`;

/** A form that signs in; `signedIn(token)` is the page's own. */
export const signInForm = (button: string): string => `<form id="sign-in">
<label>Email <input name="email" type="email" autocomplete="username" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button>${button}</button>
<output aria-live="polite"></output>
</form>`;

export const signInScript = `
const signIn = document.getElementById('sign-in');
signIn.addEventListener('submit', async (event) => {
  event.preventDefault();
  const say = (text) => { signIn.querySelector('output').textContent = text; };
  try {
    const response = await fetch('auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(Object.fromEntries(new FormData(signIn))),
    });
    const answer = await response.json();
    if (!response.ok) return say(answer.detail);
    say('Signed in for an hour.');
    signedIn(answer.access_token);
  } catch {
    say('The server does not answer.');
  }
});
`;
