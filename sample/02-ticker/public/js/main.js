import { Card, canvasOf } from './card.js';
import { Chart } from './chart.js';
import { paintArea, paintBars, paintTrace } from './painters.js';
import { ServerClock } from './server-clock.js';
import { roundScale, shareScale, waveScale } from './scales.js';

const EVENTS = ['price', 'wave', 'load'];
const RATES_EVERY_MS = 250;
const CALM_FRAME_MS = 1000;

const byId = (id) => document.getElementById(id);
const percent = (share) => `${Math.round(share * 100)} %`;
const clock = new ServerClock();
const client = new window.BounceClient('/');

const priceChart = new Chart(canvasOf('price'), {
  windowMs: 30_000,
  delayMs: 120,
  gapMs: 1000,
  hasDot: true,
  color: 'price',
  scale: roundScale,
  label: (value) => value.toFixed(2),
  paint: paintArea,
});
const charts = {
  price: priceChart,
  wave: new Chart(canvasOf('wave'), {
    windowMs: 4000,
    delayMs: 60,
    gapMs: 250,
    hasDot: true,
    color: 'wave',
    scale: waveScale,
    label: (value) => value.toFixed(1).replace('-', '−'),
    paint: paintTrace,
  }),
  load: new Chart(canvasOf('load'), {
    windowMs: 60_000,
    color: 'load',
    scale: shareScale,
    label: percent,
    paint: paintBars,
  }),
};
const cards = new Map(EVENTS.map((event) => [event, new Card(event, charts[event], toggle)]));

client.on('price', ({ price }, { timestamp }) => {
  cards.get('price').receive(price, clock.toLocal(timestamp));
  byId('price').textContent = price.toFixed(2);
  const since = price - priceChart.series.points[0].value;
  byId('change').textContent = `${since < 0 ? '−' : '+'}${Math.abs(since).toFixed(2)} in 30 s`;
});
client.on('wave', ({ y }, { timestamp }) => cards.get('wave').receive(y, clock.toLocal(timestamp)));
client.on('load', ({ cpu, memoryMb, delayMs, connections }, { timestamp }) => {
  cards.get('load').receive(cpu, clock.toLocal(timestamp));
  byId('cpu').textContent = percent(cpu);
  byId('memory').textContent = `${Math.round(memoryMb)} MB`;
  byId('delay').textContent = `${delayMs.toFixed(1)} ms`;
  byId('connections').textContent = String(connections);
});

function toggle(card) {
  void change(card.subscribed ? 'unsubscribe' : 'subscribe', card.event);
}

/** Asks the server, and shows what it says: it answers with everything that it now sends. */
async function change(action, event) {
  try {
    show(await client[action](event));
    byId('error').textContent = '';
  } catch {
    byId('error').textContent = 'The server refused that. Try again.';
  }
}

function show(subscribed) {
  for (const card of cards.values()) card.setSubscribed(subscribed.includes(card.event));
}

byId('subscribe-all').addEventListener('click', () => change('subscribe', '*'));
byId('unsubscribe-all').addEventListener('click', () => change('unsubscribe', '*'));
void change('subscribe', '*');

const knob = byId('hz');
const showHz = (hz) => (byId('hz-value').textContent = `${hz.toFixed(1)} Hz`);
knob.addEventListener('input', () => {
  showHz(knob.valueAsNumber);
  client.emit('tune', { hz: knob.valueAsNumber });
});
client.on('tuned', ({ hz }) => {
  // Not under somebody's finger: the echo of an earlier position would pull it back.
  if (!knob.matches(':active')) knob.value = String(hz);
  showHz(knob.valueAsNumber);
});

const CONNECTION = {
  connecting: 'Connecting…',
  connected: 'Connected',
  disconnected: 'Connection lost. Reconnecting…',
  closed: 'The connection has ended.',
};
client.onStateChange(({ state, previous }) => {
  // An attempt to reconnect is still a lost connection to whoever looks at it.
  if (state !== 'connecting' || previous !== 'disconnected') {
    byId('connection').textContent = CONNECTION[state];
    byId('connection').dataset.state = state;
  }
  if (state === 'connecting') clock.reset();
  for (const control of document.querySelectorAll('button, input')) {
    control.disabled = state !== 'connected';
  }
  for (const card of cards.values()) card.setConnected(state === 'connected');
});

setInterval(() => {
  let total = 0;
  for (const card of cards.values()) total += card.showRate();
  byId('total').textContent = total.toFixed(1);
}, RATES_EVERY_MS);

const calm = matchMedia('(prefers-reduced-motion: reduce)');
function drawAll() {
  for (const card of cards.values()) card.draw();
  if (calm.matches) setTimeout(drawAll, CALM_FRAME_MS);
  else requestAnimationFrame(drawAll);
}
drawAll();
