/*
 * Behaves as the JavaScript client in bazis-ws' README does: the token on the address, a ping now and then, and what comes told
 * apart by its type alone. What has no known type is noted as unknown.
 */
window.BazisClient = class {
  pongs = 0;
  errors = [];
  unknown = [];

  constructor(url, token, pingIntervalMs = 30_000) {
    this.url = token === undefined ? url : `${url}?token=${token}`;
    this.pingIntervalMs = pingIntervalMs;
  }

  connect() {
    this.socket = new WebSocket(this.url);
    this.socket.addEventListener('open', () => {
      this.timer = setInterval(() => this.send({ type: 'ping' }), this.pingIntervalMs);
    });
    this.socket.addEventListener('message', ({ data }) => this.handle(JSON.parse(data)));
    this.socket.addEventListener('close', () => clearInterval(this.timer));
    return this.socket;
  }

  handle(message) {
    switch (message.type) {
      case 'pong':
        this.pongs += 1;
        break;
      case 'data':
        this.onData(message.data);
        break;
      case 'error':
        this.errors.push(`${message.code}: ${message.detail}`);
        break;
      default:
        this.unknown.push(message);
    }
  }

  send(message) {
    this.socket.send(JSON.stringify(message));
  }

  onData() {}
};
