/** A canvas whose units are CSS pixels, as sharp as the screen can show, with the colours of the page's theme. */
export class Surface {
  width = 0;
  height = 0;
  colors = {};
  #canvas;
  #context;
  #onChange;

  constructor(canvas, onChange) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
    this.#onChange = onChange;
    this.#readColors();
    new ResizeObserver(() => this.#fit()).observe(canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.#readColors();
      onChange();
    });
  }

  /** An empty canvas to draw on. */
  clear() {
    this.#context.clearRect(0, 0, this.width, this.height);
    return this.#context;
  }

  #fit() {
    const { clientWidth, clientHeight } = this.#canvas;
    const scale = devicePixelRatio;
    this.width = clientWidth;
    this.height = clientHeight;
    this.#canvas.width = Math.round(clientWidth * scale);
    this.#canvas.height = Math.round(clientHeight * scale);
    this.#context.setTransform(scale, 0, 0, scale, 0, 0);
    this.#onChange();
  }

  #readColors() {
    const style = getComputedStyle(document.documentElement);
    const names = ['ink', 'muted', 'line', 'surface', 'price', 'wave', 'load'];
    this.colors = Object.fromEntries(
      names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
    );
    this.font = `12px ${style.getPropertyValue('--font')}`;
  }
}
