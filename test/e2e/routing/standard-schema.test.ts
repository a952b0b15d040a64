import { WebSocketGateway } from '@nestjs/websockets';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { type BounceSocket, OnEvent, Payload } from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

const order = z.object({
  sku: z.string().min(1),
  quantity: z.coerce.number().int().positive(),
  gift: z.object({ to: z.string() }).optional(),
  tags: z.array(z.string()).default([]),
});

const taken = new Set(['ann']);
const freeName = z.string().refine((name) => Promise.resolve(!taken.has(name)), {
  message: 'is taken',
});

/** A schema of no library at all: the specification is one property. */
const broken: StandardSchemaV1 = {
  '~standard': {
    version: 1,
    vendor: 'nobody',
    validate: () => {
      throw new Error('secret of the schema');
    },
  },
};

@WebSocketGateway()
class SchemaGateway {
  readonly handled: string[] = [];

  @OnEvent('order')
  order(_client: BounceSocket, @Payload({ schema: order }) payload: z.infer<typeof order>) {
    this.handled.push('order');
    return payload;
  }

  @OnEvent('nested')
  nested(
    _client: BounceSocket,
    @Payload('order', { schema: order }) payload: z.infer<typeof order>,
    note: string,
  ) {
    return { sku: payload.sku, note };
  }

  @OnEvent('page')
  page(
    _client: BounceSocket,
    @Payload('limit', { schema: z.number().max(50).default(20) }) limit: number,
  ) {
    return limit;
  }

  @OnEvent('register')
  register(
    _client: BounceSocket,
    @Payload('name', { schema: freeName }) name: string,
    @Payload('age', { schema: z.number() }) age: number,
  ) {
    this.handled.push('register');
    return { name, age };
  }

  @OnEvent('after')
  after() {
    this.handled.push('after');
  }

  @OnEvent('broken')
  broken(_client: BounceSocket, @Payload({ schema: broken }) payload: unknown) {
    return payload;
  }
}

const start = useApps();

async function connect() {
  const { app, url, log } = await start({ providers: [SchemaGateway] });
  return { peer: await WsPeer.connect(url), gateway: app.get(SchemaGateway), log };
}

describe('@Payload({ schema })', () => {
  it('gives what the schema makes of the payload', async () => {
    const { peer } = await connect();
    const payload = { sku: 'tea', quantity: '3', more: true };
    expect((await peer.request('order', payload)).data).toEqual({
      sku: 'tea',
      quantity: 3,
      tags: [],
    });
  });

  it('refuses with every field and reason of the schema, and the handler does not run', async () => {
    const { peer, gateway } = await connect();
    const answer = await peer.request('order', { sku: '', quantity: 0, gift: {} });
    expect(answer).toMatchObject({
      event: 'error',
      data: {
        code: 'invalid_payload',
        message: 'The payload is invalid',
        event: 'order',
        details: { fields: [{ field: 'sku' }, { field: 'quantity' }, { field: 'gift.to' }] },
      },
    });
    expect(gateway.handled).toEqual([]);
  });

  it('refuses a payload that is no object', async () => {
    const { peer } = await connect();
    for (const payload of [null, 'tea', [], 7]) {
      expect((await peer.request('order', payload)).data).toMatchObject({
        code: 'invalid_payload',
      });
    }
  });

  it('answers internal_error when the schema itself fails, and logs what it said', async () => {
    const { peer, log } = await connect();
    const answer = await peer.request('broken', {});
    expect(answer.data).toEqual({
      code: 'internal_error',
      message: 'Internal server error',
      event: 'broken',
    });
    expect(log.errors.join('\n')).toContain('secret of the schema');
  });
});

describe('@Payload("name", { schema })', () => {
  it('checks one key, beside parameters that go by their names', async () => {
    const { peer } = await connect();
    const good = { order: { sku: 'tea', quantity: 1 }, note: 'hot' };
    expect((await peer.request('nested', good)).data).toEqual({ sku: 'tea', note: 'hot' });
    const wrong = { order: { sku: 'tea', quantity: -1, gift: { to: 1 } } };
    expect((await peer.request('nested', wrong)).data).toMatchObject({
      code: 'invalid_payload',
      details: {
        fields: [{ field: 'order.quantity' }, { field: 'order.gift.to' }, { field: 'note' }],
      },
    });
  });

  it('lets the schema say what a missing key means', async () => {
    const { peer } = await connect();
    expect((await peer.request('page')).data).toBe(20);
    expect((await peer.request('page', { limit: 5 })).data).toBe(5);
    expect((await peer.request('page', { limit: 51 })).data).toMatchObject({
      details: { fields: [{ field: 'limit' }] },
    });
    expect((await peer.request('nested', { note: 'hot' })).data).toMatchObject({
      details: { fields: [{ field: 'order' }] },
    });
  });
});

describe('a schema that answers later', () => {
  it('is waited for', async () => {
    const { peer } = await connect();
    expect((await peer.request('register', { name: 'ben', age: 3 })).data).toEqual({
      name: 'ben',
      age: 3,
    });
    expect((await peer.request('register', { name: 'ann', age: 3 })).data).toMatchObject({
      code: 'invalid_payload',
      details: { fields: [{ field: 'name', reason: 'is taken' }] },
    });
  });

  it('reports its fields together with those of the others', async () => {
    const { peer } = await connect();
    expect((await peer.request('register', { name: 'ann', age: 'three' })).data).toMatchObject({
      details: { fields: [{ field: 'name', reason: 'is taken' }, { field: 'age' }] },
    });
  });

  it('holds back the messages behind it', async () => {
    const { peer, gateway } = await connect();
    peer.send('register', { name: 'ben', age: 3 });
    await peer.request('after');
    expect(gateway.handled).toEqual(['register', 'after']);
  });
});
