import { RateMeter } from './rate-meter.js';

/** One sender on the page: its chart, its rate and its button. */
export class Card {
  rate = new RateMeter();
  #node;
  #chart;
  #button;
  #connected = false;

  constructor(event, chart, onToggle) {
    this.event = event;
    this.#node = nodeOf(event);
    this.#chart = chart;
    this.#button = this.#node.querySelector('.toggle');
    this.#button.addEventListener('click', () => onToggle(this));
    this.setSubscribed(false);
  }

  get subscribed() {
    return this.#node.dataset.off === 'false';
  }

  setSubscribed(subscribed) {
    this.#node.dataset.off = String(!subscribed);
    this.#button.textContent = subscribed ? 'Unsubscribe' : 'Subscribe';
    this.#button.setAttribute(
      'aria-label',
      `${subscribed ? 'Unsubscribe from' : 'Subscribe to'} ${this.event}`,
    );
    this.#update();
  }

  setConnected(connected) {
    this.#connected = connected;
    this.#update();
  }

  receive(value, time) {
    this.rate.count();
    this.#chart.push(value, time);
  }

  /** Shows and returns the messages per second. */
  showRate() {
    const rate = this.rate.perSecond();
    this.#node.querySelector('.rate').textContent = rate.toFixed(1);
    return rate;
  }

  draw() {
    this.#chart.draw();
  }

  #update() {
    const live = this.subscribed && this.#connected;
    if (!live) this.rate.reset();
    this.#chart.setLive(live);
  }
}

export function canvasOf(event) {
  return nodeOf(event).querySelector('canvas');
}

function nodeOf(event) {
  return document.querySelector(`[data-event="${event}"]`);
}
