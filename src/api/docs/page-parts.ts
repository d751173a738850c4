// What the documentation page has beside Swagger UI: colours by the reader's setting, and a sign-in that fills in the token.

export const ownStyle = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --quiet: #57606a; --line: #d0d7de; --link: #0757b5; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #1c2022; --quiet: #9da7b1; --line: #3d444d; --link: #7ab7ff; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header, #errors { box-sizing: border-box; max-width: 1460px; margin: 0 auto; padding: 16px 20px; }
h1 { margin: 0; } a { color: var(--link); }
form { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: end; }
label { display: flex; flex-direction: column; color: var(--quiet); font-size: 14px; }
input, button { font: inherit; padding: 6px 10px; border: 1px solid var(--line); border-radius: 6px; background: var(--paper); color: var(--ink); }
button { cursor: pointer; }
dt { margin-top: 12px; } dd { margin-left: 0; color: var(--quiet); }
:target { outline: 2px solid var(--link); outline-offset: 6px; }
/* The page has a title and a description of its own. */
.swagger-ui .information-container { display: none; }
.swagger-ui .scheme-container { margin: 0; padding: 0; background: none; box-shadow: none; }
`;

export const ownScript = `
const dark = matchMedia('(prefers-color-scheme: dark)');
const paint = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', paint);
paint();
const ui = SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#routes',
  validatorUrl: null,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  // The routes have pushed down what a link to an error code led to.
  onComplete: () => location.hash && document.getElementById(location.hash.slice(1))?.scrollIntoView(),
});
const form = document.getElementById('sign-in');
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const say = (text) => { form.querySelector('output').textContent = text; };
  try {
    const response = await fetch('auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(Object.fromEntries(new FormData(form))),
    });
    const answer = await response.json();
    if (!response.ok) return say(answer.detail);
    ui.preauthorizeApiKey('bearer', answer.access_token);
    say('Signed in for an hour.');
  } catch {
    say('The server does not answer.');
  }
});
`;
