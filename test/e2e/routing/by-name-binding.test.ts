import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, OnEvent } from 'bounce-ws';
import { describe, expect, it } from 'vitest';
import { connectBoth, useApps } from '../../support/use-apps.js';

const DEFAULT_LIMIT = 20;

@WebSocketGateway()
class BindingGateway {
  calls = 0;

  @OnEvent('announce')
  announce(client: BounceSocket, text: string, channel = 'general') {
    this.calls += 1;
    return { client: client.id, text, channel };
  }

  @OnEvent('types')
  types(
    _client: BounceSocket,
    string: string,
    number: number,
    boolean: boolean,
    array: string[],
    anything: unknown,
  ) {
    return { string, number, boolean, array, anything };
  }

  @OnEvent('literals')
  literals(
    _client: BounceSocket,
    string = 'a',
    template = `b`,
    number = 1,
    negative = -1,
    boolean = false,
    array = [1],
    object = { a: 1 },
  ) {
    return { string, template, number, negative, boolean, array, object };
  }

  @OnEvent('computed')
  computed(_client: BounceSocket, limit: number = DEFAULT_LIMIT, free = DEFAULT_LIMIT) {
    return { limit, free };
  }

  @OnEvent('relative')
  relative(_client: BounceSocket, from: number, to = from + 1) {
    return { from, to };
  }

  @OnEvent('measure')
  measure(_client: BounceSocket, length: number) {
    return length;
  }

  @OnEvent('nothing')
  nothing() {
    return 'done';
  }

  @OnEvent('destructured-client')
  destructured({ id }: BounceSocket, text: string) {
    return `${id} ${text}`;
  }
}

const start = useApps();

async function connect() {
  const started = await start({ providers: [BindingGateway] });
  return { ...(await connectBoth(started)), gateway: started.app.get(BindingGateway) };
}

function invalid(event: string, ...fields: readonly [field: string, reason?: string][]) {
  return expect.objectContaining({
    event: 'error',
    data: {
      code: 'invalid_payload',
      message: 'The payload is invalid',
      event,
      details: {
        fields: fields.map(([field, reason]) => ({
          field,
          reason: reason ?? expect.stringMatching(/./),
        })),
      },
    },
  }) as unknown;
}

describe('a handler gets its parameters by name', () => {
  it('from the payload, in whatever order the keys come', async () => {
    const { peer } = await connect();
    const forwards = await peer.request('announce', { text: 'hi', channel: 'tea' });
    const backwards = await peer.request('announce', { channel: 'tea', text: 'hi' });
    expect(forwards.data).toMatchObject({ text: 'hi', channel: 'tea' });
    expect(backwards.data).toEqual(forwards.data);
  });

  it('and the client first, without an entry in the payload', async () => {
    const { peer, socket } = await connect();
    const { data } = await peer.request('announce', { text: 'hi', client: 'mallory' });
    expect(data).toMatchObject({ client: socket.id });
  });

  it('also when the client is taken apart on arrival', async () => {
    const { peer, socket } = await connect();
    const { data } = await peer.request('destructured-client', { text: 'hi' });
    expect(data).toBe(`${socket.id} hi`);
  });

  it('and the default of those that are missing', async () => {
    const { peer } = await connect();
    expect((await peer.request('announce', { text: 'hi' })).data).toMatchObject({
      channel: 'general',
    });
  });

  it('and defaults that are computed, from other parameters too', async () => {
    const { peer } = await connect();
    expect((await peer.request('computed')).data).toEqual({ limit: 20, free: 20 });
    expect((await peer.request('relative', { from: 3 })).data).toEqual({ from: 3, to: 4 });
    expect((await peer.request('relative', { from: 3, to: 9 })).data).toEqual({ from: 3, to: 9 });
  });

  it('and nothing of the keys it does not name', async () => {
    const { peer } = await connect();
    const { data } = await peer.request('announce', { text: 'hi', admin: true, id: 7 });
    expect(Object.keys(data as object)).toEqual(['client', 'text', 'channel']);
  });

  it('and takes any payload when it has no parameters', async () => {
    const { peer } = await connect();
    for (const payload of [undefined, null, 'text', [1, 2], { a: 1 }]) {
      expect((await peer.request('nothing', payload)).data).toBe('done');
    }
  });
});

describe('a payload that does not fit is refused before the handler runs', () => {
  it('with the name of a required parameter that is missing', async () => {
    const { peer, gateway } = await connect();
    expect(await peer.request('announce', { channel: 'tea' })).toEqual(
      invalid('announce', ['text']),
    );
    expect(await peer.request('announce')).toEqual(invalid('announce', ['text']));
    expect(gateway.calls).toBe(0);
  });

  it('without an id in the answer when the message had none', async () => {
    const { peer } = await connect();
    peer.send('announce', {});
    const answer = await peer.next();
    expect(answer).toEqual(invalid('announce', ['text']));
    expect(answer).not.toHaveProperty('id');
  });

  it('with every field that is wrong, in the order of the parameters', async () => {
    const { peer } = await connect();
    const payload = { array: {}, string: 1, boolean: 'true', number: '1' };
    expect(await peer.request('types', payload)).toEqual(
      invalid(
        'types',
        ['string', 'must be a string'],
        ['number', 'must be a number'],
        ['boolean', 'must be true or false'],
        ['array', 'must be an array'],
        ['anything'],
      ),
    );
  });

  it('when it is no object, even if every parameter has a default', async () => {
    const { peer, gateway } = await connect();
    for (const payload of [null, 'hi', 7, true, ['hi'], [['text', 'hi']]]) {
      for (const event of ['announce', 'literals']) {
        expect(await peer.request(event, payload)).toMatchObject({
          event: 'error',
          data: { code: 'invalid_payload', event },
        });
      }
    }
    expect(gateway.calls).toBe(0);
  });

  it('when it is an array that has what the parameter is called after', async () => {
    const { peer } = await connect();
    expect((await peer.request('measure', { length: 2 })).data).toBe(2);
    expect(await peer.request('measure', [1, 2])).toMatchObject({
      event: 'error',
      data: { code: 'invalid_payload', event: 'measure' },
    });
  });

  it('without repeating what was in it', async () => {
    const { peer } = await connect();
    const answer = await peer.request('announce', { text: { password: 'hunter2' } });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
    expect(JSON.stringify(answer)).not.toContain('password');
  });
});

describe('an annotation is the type a value must have', () => {
  const good = { string: '', number: 0, boolean: false, array: [], anything: null };

  it('and falsy and empty values have it too', async () => {
    const { peer } = await connect();
    expect((await peer.request('types', good)).data).toEqual(good);
  });

  it.each([
    ['string', 'must be a string', [1, true, null, [], {}, ['a']]],
    ['number', 'must be a number', ['1', '', true, null, [], {}]],
    ['boolean', 'must be true or false', ['true', 0, 1, null, [], {}]],
    ['array', 'must be an array', ['a,b', 0, true, null, {}, { 0: 'a', length: 1 }]],
  ])('for a %s parameter nothing else will do', async (field, reason, values) => {
    const { peer } = await connect();
    for (const value of values) {
      expect(await peer.request('types', { ...good, [field]: value })).toEqual(
        invalid('types', [field, reason]),
      );
    }
  });

  it('while one that says nothing takes everything that is there', async () => {
    const { peer } = await connect();
    for (const anything of [null, 0, '', [], {}, { deep: [1] }]) {
      expect((await peer.request('types', { ...good, anything })).data).toMatchObject({ anything });
    }
  });

  it('also of a parameter with a default', async () => {
    const { peer } = await connect();
    expect(await peer.request('computed', { limit: '5' })).toEqual(
      invalid('computed', ['limit', 'must be a number']),
    );
    expect((await peer.request('computed', { limit: 5 })).data).toEqual({ limit: 5, free: 20 });
  });
});

describe('a literal default is the type of a parameter without annotation', () => {
  const defaults = {
    string: 'a',
    template: 'b',
    number: 1,
    negative: -1,
    boolean: false,
    array: [1],
    object: { a: 1 },
  };

  it('and all of them may be left out', async () => {
    const { peer } = await connect();
    expect((await peer.request('literals')).data).toEqual(defaults);
  });

  it('and values of that type take its place', async () => {
    const { peer } = await connect();
    const payload = {
      string: 'x',
      template: 'y',
      number: 2,
      negative: 3,
      boolean: true,
      array: ['any'],
      object: { b: 2 },
    };
    expect((await peer.request('literals', payload)).data).toEqual(payload);
  });

  it('and anything else is refused, null and an array for an object too', async () => {
    const { peer } = await connect();
    const payload = {
      string: 1,
      template: null,
      number: '2',
      negative: '-2',
      boolean: 'false',
      array: { 0: 1 },
      object: [1],
    };
    expect(await peer.request('literals', payload)).toEqual(
      invalid(
        'literals',
        ['string', 'must be a string'],
        ['template', 'must be a string'],
        ['number', 'must be a number'],
        ['negative', 'must be a number'],
        ['boolean', 'must be true or false'],
        ['array', 'must be an array'],
        ['object', 'must be an object'],
      ),
    );
    expect(await peer.request('literals', { object: null })).toEqual(
      invalid('literals', ['object', 'must be an object']),
    );
  });

  it('but a default that is no literal gives none', async () => {
    const { peer } = await connect();
    expect((await peer.request('computed', { free: 'text' })).data).toMatchObject({ free: 'text' });
  });
});
