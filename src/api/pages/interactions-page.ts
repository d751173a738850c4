import { htmlPage, type Page } from './html-page';
import { interactionsScript, interactionsStyle } from './interactions-page-parts';
import { sharedStyle, signInForm, signInScript } from './shared-style';

/** For the people of the business: interactions by customer type and channel, as a chart and a table, and one customer's. */
export const interactionsPage = (): Page =>
  htmlPage({
    title: 'Customer interactions',
    styles: [sharedStyle + interactionsStyle],
    scripts: [interactionsScript + signInScript],
    body: `<main>
<h1>Customer interactions</h1>
${signInForm('Sign in')}
<div id="answers" hidden>
<form id="question">
<label>Topic <select name="topic"><option value="">all</option></select></label>
<label>Match <select name="match"><option value="exact">month by month</option><option value="asof">latest product</option></select></label>
<label>From <input name="from" type="date"></label>
<label>To <input name="to" type="date"></label>
<button>Show</button>
<a id="download" download="interactions.csv">Download CSV</a>
</form>
<p id="said" role="status"></p>
<figure aria-hidden="true"><svg id="chart" width="100%"></svg><figcaption id="legend"></figcaption></figure>
<table><caption>Interactions by customer type and channel</caption><thead></thead><tbody></tbody></table>
<h2>One customer</h2>
<form id="customer">
<label>Customer id <input name="id" inputmode="numeric" pattern="[1-9][0-9]*" required></label>
<button>Look up</button>
<output aria-live="polite"></output>
</form>
</div>
<p><a href="docs">All routes</a></p>
</main>`,
  });
