/*
 * Behaves as microsockets' JavaScript client does: a WebSocket with `on` and `off`, whose `send` takes an event and a payload
 * that is a string, empty by default. Handlers get the payload as it came; events without a handler are ignored.
 */
window.MicroSocket = (url) => {
  const socket = new WebSocket(url);
  const handlers = new Map();
  const sendText = socket.send.bind(socket);
  socket.on = (event, handler) => {
    handlers.set(event, [...(handlers.get(event) ?? []), handler]);
  };
  socket.off = (event, handler) => {
    const others = (handlers.get(event) ?? []).filter((other) => handler && other !== handler);
    handlers.set(event, others);
  };
  socket.send = (event, payload = '') => sendText(JSON.stringify({ event, payload }));
  socket.addEventListener('message', ({ data }) => {
    const { event, payload } = JSON.parse(data);
    for (const handler of handlers.get(event) ?? []) handler(payload);
  });
  return socket;
};
