import {
  type ArgumentMetadata,
  BadRequestException,
  type PipeTransform,
  UsePipes,
  ValidationPipe,
} from '@nestjs/common';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, OnEvent, Payload } from 'bounce-ws';
import { IsInt } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

class NumberDto {
  @IsInt()
  n!: number;
}

const seen: { value: unknown; metadata: ArgumentMetadata }[] = [];

class SeeingPipe implements PipeTransform {
  transform(value: unknown, metadata: ArgumentMetadata) {
    seen.push({ value, metadata });
    return value;
  }
}

class DoublingPipe implements PipeTransform {
  transform(value: unknown) {
    return typeof value === 'number' ? value * 2 : value;
  }
}

class RefusingPipe implements PipeTransform {
  transform(): never {
    throw new BadRequestException('not today');
  }
}

@WebSocketGateway()
class PipedGateway {
  handled = 0;

  @UsePipes(SeeingPipe)
  @OnEvent('see')
  see(_client: BounceSocket, text: string, @Payload() whole: NumberDto, times = 1) {
    return { text, whole, times };
  }

  @UsePipes(DoublingPipe)
  @OnEvent('double')
  double(_client: BounceSocket, a: number, b: number) {
    return [a, b];
  }

  @UsePipes(RefusingPipe)
  @OnEvent('refuse')
  refuse(_client: BounceSocket, a: number) {
    this.handled += a;
  }

  @UsePipes(new ValidationPipe({ transform: true }))
  @SubscribeMessage('validated')
  validated(_client: BounceSocket, dto: NumberDto) {
    this.handled += 1;
    return dto instanceof NumberDto;
  }

  @UsePipes(new ValidationPipe({ whitelist: true, skipMissingProperties: true }))
  @OnEvent('own-rules')
  ownRules(_client: BounceSocket, @Payload() dto: NumberDto) {
    return dto;
  }

  @UsePipes(SeeingPipe)
  @OnEvent('wrong')
  wrong(_client: BounceSocket, a: number, b: string, c: boolean) {
    return [a, b, c];
  }
}

const start = useApps();

describe('a pipe', () => {
  async function connect() {
    seen.length = 0;
    const { app, url } = await start({ providers: [PipedGateway] });
    return { peer: await WsPeer.connect(url), gateway: app.get(PipedGateway) };
  }

  it('gets every parameter but the client, with its name and type', async () => {
    const { peer } = await connect();
    await peer.request('see', { text: 'hi', n: 1, times: 2 });
    expect(seen.map(({ value }) => value)).toEqual(
      expect.arrayContaining(['hi', { text: 'hi', n: 1, times: 2 }, 2]),
    );
    expect(seen).toHaveLength(3);
    expect(seen.find(({ value }) => value === 'hi')?.metadata).toMatchObject({
      type: 'body',
      data: 'text',
      metatype: String,
    });
    expect(seen.find(({ value }) => typeof value === 'object')?.metadata).toMatchObject({
      type: 'body',
      metatype: NumberDto,
    });
  });

  it('changes what the handler gets', async () => {
    const { peer } = await connect();
    expect((await peer.request('double', { a: 1, b: 2 })).data).toEqual([2, 4]);
  });

  it('that refuses is answered invalid_payload, with what it tells the client', async () => {
    const { peer, gateway } = await connect();
    expect((await peer.request('refuse', { a: 1 })).data).toMatchObject({
      code: 'invalid_payload',
      message: 'The payload is invalid',
      details: { message: 'not today' },
    });
    expect(gateway.handled).toBe(0);
  });

  it('may be class-validator’s ValidationPipe', async () => {
    const { peer, gateway } = await connect();
    expect((await peer.request('validated', { n: 1 })).data).toBe(true);
    expect((await peer.request('validated', { n: 'x' })).data).toMatchObject({
      code: 'invalid_payload',
      details: { message: ['n must be an integer number'] },
    });
    expect(gateway.handled).toBe(1);
  });

  it('of class-validator that an app chose is the only one, with its own options', async () => {
    const { peer } = await connect();
    expect((await peer.request('own-rules', { more: true })).data).toEqual({});
    expect((await peer.request('own-rules', { n: 1, more: true })).data).toEqual({ n: 1 });
    expect((await peer.request('own-rules', { n: 'x' })).data).toMatchObject({
      code: 'invalid_payload',
    });
  });

  it('does not keep the binding from naming every field that is wrong', async () => {
    const { peer } = await connect();
    expect((await peer.request('wrong', { a: '1', c: 'yes' })).data).toMatchObject({
      code: 'invalid_payload',
      details: {
        fields: [
          { field: 'a', reason: 'must be a number' },
          { field: 'b' },
          { field: 'c', reason: 'must be true or false' },
        ],
      },
    });
  });
});
