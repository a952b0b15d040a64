import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BounceWsModule, type Codec } from 'bounce-ws';
import { BazisCodec } from 'bounce-ws/codecs/bazis';
import { BounceCodec } from 'bounce-ws/codecs/bounce';
import { MicrosocketsCodec } from 'bounce-ws/codecs/microsockets';
import { WszeroCodec } from 'bounce-ws/codecs/wszero';

const codecs: Codec[] = [
  new BounceCodec(),
  new WszeroCodec(),
  new MicrosocketsCodec(),
  new BazisCodec({ includeEvent: true }),
];
console.log(codecs.map(({ name }) => name).join(', '));

@Module({ imports: [BounceWsModule.forRoot({ endpoints: [{ path: '/', codec: 'msgpack' }] })] })
class MsgpackModule {}

const app = await NestFactory.create(MsgpackModule, { logger: false, abortOnError: false });
try {
  await app.listen(0);
} catch (error) {
  console.log((error as Error).message);
} finally {
  await app.close();
}
