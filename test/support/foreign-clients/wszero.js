/*
 * Behaves as websocket-zero's page script does: each message goes to the function of its `op`, which is called with the
 * whole object; there is no default, so an `op` that the page has no function for is an error.
 */
window.HANDLERS = {};

window.openWszero = (url) => {
  const socket = new WebSocket(url);
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(data);
    window.HANDLERS[message.op](message);
  });
  window.send_message = (message) => socket.send(JSON.stringify(message));
  return socket;
};
