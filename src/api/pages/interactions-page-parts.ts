// The page of customer interactions. The question stands in the fragment of the URL, so that it can be kept and sent; the token
// stays in the tab. The chart repeats the table and is hidden from readers of the screen.

export const interactionsStyle = `
:root { --c0: #0757b5; --c1: #b35900; --c2: #1a7f4b; --c3: #8250df; --c4: #b32d5e; --c5: #57606a; }
@media (prefers-color-scheme: dark) { :root { --c0: #7ab7ff; --c1: #ffab5c; --c2: #6fd6a0; --c3: #c4a6ff; --c4: #ff9dbb; --c5: #9da7b1; } }
main { box-sizing: border-box; max-width: 960px; margin: 0 auto; padding: 16px 20px; }
figure { margin: 16px 0; }
svg text { fill: var(--ink); font-size: 14px; }
.k0 { fill: var(--c0); } .k1 { fill: var(--c1); } .k2 { fill: var(--c2); } .k3 { fill: var(--c3); } .k4 { fill: var(--c4); } .k5 { fill: var(--c5); }
#legend span { margin-right: 16px; white-space: nowrap; } #legend svg { width: 12px; height: 12px; margin-right: 4px; }
table { border-collapse: collapse; } caption { text-align: left; color: var(--quiet); margin-bottom: 4px; }
th, td { padding: 4px 12px; border-bottom: 1px solid var(--line); text-align: right; } th:first-child { text-align: left; }
#download { padding: 6px 0; }
`;

export const interactionsScript = `
const byId = (id) => document.getElementById(id);
const question = byId('question');
const tokenKey = 'datadock.access_token';

async function ask(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== '');
  const response = await fetch(path + (given.length ? '?' + new URLSearchParams(given) : ''), {
    headers: { authorization: 'Bearer ' + sessionStorage.getItem(tokenKey) },
  });
  const answer = await response.json();
  if (response.ok) return answer;
  if (response.status === 401) signedOut();
  throw new Error(answer.detail);
}

function signedOut() {
  sessionStorage.removeItem(tokenKey);
  byId('answers').hidden = true;
  byId('sign-in').hidden = false;
}

async function signedIn(token) {
  sessionStorage.setItem(tokenKey, token);
  await begin();
}

/** The question as the form has it; match only where there is a topic. */
function asked() {
  const { match, ...rest } = Object.fromEntries(new FormData(question));
  return { ...rest, match: rest.topic === '' ? '' : match };
}

async function begin() {
  try {
    const { data } = await ask('statistics/interactions', { group_by: 'topic', match: 'asof' });
    const topics = data.map(({ topic }) => topic).filter((topic) => topic !== null);
    question.topic.replaceChildren(new Option('all', ''), ...topics.map((topic) => new Option(topic, topic)));
    readUrl();
    byId('sign-in').hidden = true;
    byId('answers').hidden = false;
    await show();
  } catch (error) {
    byId('sign-in').querySelector('output').textContent = error.message;
  }
}

function readUrl() {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const name of ['topic', 'match', 'from', 'to']) {
    const value = given.get(name);
    // A topic is compared without case; one that is not known is asked for all the same, and the answer says so.
    const options = [...(question[name].options ?? [])];
    const known = options.find((option) => option.value.toLowerCase() === value?.toLowerCase());
    if (value && options.length > 0 && !known) question[name].add(new Option(value, value));
    question[name].value = known?.value ?? value ?? (name === 'match' ? 'exact' : '');
  }
}

/** Whether this is another question than the URL's; the change of its fragment then shows the answer. */
function writeUrl() {
  const given = Object.entries(asked()).filter(([, value]) => value !== '');
  const fragment = String(new URLSearchParams(given));
  const other = fragment !== location.hash.slice(1);
  if (other) location.hash = fragment;
  return other;
}

async function show() {
  try {
    const { data, total } = await ask('statistics/interactions', { group_by: 'customer_type,channel', ...asked() });
    const types = [...new Set(data.map(({ customer_type }) => customer_type))];
    const channels = [...new Set(data.map(({ channel }) => channel))];
    const counts = new Map(data.map((row) => [row.customer_type + '\\n' + row.channel, row.count]));
    const count = (type, channel) => counts.get(type + '\\n' + channel) ?? 0;
    byId('said').textContent = total === 1 ? 'One interaction.' : total + ' interactions.';
    drawTable(types, channels, count);
    drawChart(types, channels, count);
    offerCsv(types, channels, count);
  } catch (error) {
    byId('said').textContent = error.message;
    drawTable([], [], () => 0);
    drawChart([], [], () => 0);
    offerCsv([], [], () => 0);
  }
}

const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });
const heading = (text, scope) => Object.assign(element('th', text), { scope });

function drawTable(types, channels, count) {
  const head = document.createElement('tr');
  head.append(heading('Customer type', 'col'), ...channels.map((channel) => heading(channel, 'col')));
  const rows = types.map((type) => {
    const row = document.createElement('tr');
    row.append(heading(type, 'row'), ...channels.map((channel) => element('td', count(type, channel))));
    return row;
  });
  document.querySelector('thead').replaceChildren(head);
  document.querySelector('tbody').replaceChildren(...rows);
}

const svg = (name, attributes, text = '') => {
  const node = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.textContent = text;
  return node;
};
const colour = (index) => 'k' + (index % 6);

/** A group of bars for each type, a bar for each channel; half the width, so that a phone has room for names and counts. */
function drawChart(types, channels, count) {
  const [bar, gap, label] = [20, 16, 110];
  const chart = byId('chart');
  const most = Math.max(1, ...types.flatMap((type) => channels.map((channel) => count(type, channel))));
  const marks = types.flatMap((type, group) => {
    const top = group * (channels.length * bar + gap);
    const middle = top + (channels.length * bar) / 2 + 5;
    return [
      svg('text', { x: 0, y: middle }, type.length > 14 ? type.slice(0, 13) + '…' : type),
      ...channels.flatMap((channel, index) => {
        const y = top + index * bar;
        const value = count(type, channel);
        const share = value / most;
        return [
          svg('rect', { x: label, y, width: share * 50 + '%', height: bar - 4, class: colour(index) }),
          svg('text', { x: share * 50 + '%', dx: label + 6, y: y + 13 }, value),
        ];
      }),
    ];
  });
  chart.setAttribute('height', types.length * (channels.length * bar + gap));
  chart.replaceChildren(...marks);
  byId('legend').replaceChildren(...channels.map((channel, index) => {
    const entry = element('span', channel);
    const key = svg('svg', {});
    key.append(svg('rect', { width: 12, height: 12, class: colour(index) }));
    entry.prepend(key);
    return entry;
  }));
}

/** What a spreadsheet would take for a formula is marked as text. */
const csvField = (value) => '"' + String(value).replace(/^[=+@-]/, "'$&").replaceAll('"', '""') + '"';

function offerCsv(types, channels, count) {
  const rows = [['customer_type', 'channel', 'count'], ...types.flatMap((type) => channels.map((channel) => [type, channel, count(type, channel)]))];
  const text = rows.map((row) => row.map(csvField).join(',')).join('\\r\\n') + '\\r\\n';
  URL.revokeObjectURL(byId('download').href);
  byId('download').href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
}

question.addEventListener('submit', (event) => {
  event.preventDefault();
  if (!writeUrl()) show();
});
addEventListener('hashchange', () => {
  readUrl();
  show();
});
byId('customer').addEventListener('submit', async (event) => {
  event.preventDefault();
  const said = byId('customer').querySelector('output');
  try {
    const { data } = await ask('interactions/' + encodeURIComponent(byId('customer').elements.id.value), asked());
    const counts = Object.entries(data.interactions).map(([channel, value]) => channel + ' ' + value);
    said.textContent = 'Customer ' + data.customer_id + ': ' + counts.join(', ') + '.';
  } catch (error) {
    said.textContent = error.message;
  }
});
if (sessionStorage.getItem(tokenKey)) begin();
`;
