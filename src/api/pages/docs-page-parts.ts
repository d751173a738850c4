// What the documentation page has beside Swagger UI.

export const docsStyle = `
header, #errors { box-sizing: border-box; max-width: 1460px; margin: 0 auto; padding: 16px 20px; }
dt { margin-top: 12px; scroll-margin-top: 12px; } dd { margin-left: 0; color: var(--quiet); }
/* The page has a title and a description of its own. */
.swagger-ui .information-container { display: none; }
.swagger-ui .scheme-container { margin: 0; padding: 0; background: none; box-shadow: none; }
`;

export const docsScript = `
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
const signedIn = (token) => ui.preauthorizeApiKey('bearer', token);
`;
