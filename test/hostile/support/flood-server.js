// A server in a process of its own, as it is installed: what is measured in it has nothing of the attacker's in it.
import 'reflect-metadata';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { queryObjects } from 'node:v8';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AbstractHandler, BounceSocket, BounceWsModule } from 'bounce-ws';

class EchoHandler extends AbstractHandler {
  event = 'echo';

  handle(_client, data) {
    return data;
  }
}

class JoinHandler extends AbstractHandler {
  event = 'join';

  handle(client, { room }) {
    return client.join(room);
  }
}

class SayHandler extends AbstractHandler {
  event = 'say';

  handle(client, { room, text }) {
    client.broadcast('say', { text }, { to: room });
  }
}

class AppModule {}
Module({
  imports: [BounceWsModule.forRoot()],
  providers: [EchoHandler, JoinHandler, SayHandler],
})(AppModule);

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const app = await NestFactory.create(AppModule, { logger: false });
app.enableShutdownHooks();
// How long the event loop was held since the last time somebody asked, in milliseconds.
app.getHttpAdapter().get('/delay', (_request, response) => {
  response.json({ p99Ms: delay.percentile(99) / 1e6 });
  delay.reset();
});
// How many connections the garbage collector cannot take.
app.getHttpAdapter().get('/sockets', (_request, response) => {
  response.json({ count: queryObjects(BounceSocket, { format: 'count' }) });
});
await app.listen(0, '127.0.0.1');
console.log(`listening on ${app.getHttpServer().address().port}`);
