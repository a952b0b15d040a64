import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, OnEvent, Payload } from 'bounce-ws';
import { Type } from 'class-transformer';
import {
  IsEmail,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { describe, expect, it } from 'vitest';
import { useApps } from '../../support/use-apps.js';
import { WsPeer } from '../../support/ws-peer.js';

class ProfileDto {
  @IsString()
  @Length(1, 20)
  name!: string;

  @IsInt()
  @Min(0)
  @Max(150)
  age!: number;

  @IsOptional()
  @IsEmail()
  email?: string;

  greet() {
    return `Hello ${this.name}`;
  }
}

class AddressDto {
  @IsString()
  city!: string;
}

class OrderDto {
  @ValidateNested()
  @Type(() => AddressDto)
  address!: AddressDto;

  @ValidateNested({ each: true })
  @Type(() => ProfileDto)
  guests: ProfileDto[] = [];
}

class PlainNote {
  text!: string;
}

@WebSocketGateway()
class DtoGateway {
  calls = 0;

  @OnEvent('profile')
  profile(_client: BounceSocket, @Payload() profile: ProfileDto) {
    this.calls += 1;
    return { greeting: profile.greet(), profile };
  }

  @OnEvent('invite')
  invite(_client: BounceSocket, profile: ProfileDto, note = 'none') {
    return { greeting: profile.greet(), note };
  }

  @OnEvent('order')
  order(_client: BounceSocket, @Payload() order: OrderDto) {
    return { city: order.address.city, greetings: order.guests.map((guest) => guest.greet()) };
  }

  @OnEvent('note')
  note(_client: BounceSocket, @Payload() note: PlainNote) {
    return note;
  }

  @OnEvent('schedule')
  schedule(_client: BounceSocket, at: Date, until: Date = new Date(0)) {
    return { at: at.getTime(), until: until.toISOString() };
  }
}

const start = useApps();

async function connect() {
  const { app, url } = await start({ providers: [DtoGateway] });
  return { peer: await WsPeer.connect(url), gateway: app.get(DtoGateway) };
}

describe('a parameter whose class has validation rules', () => {
  it('is the whole payload with @Payload(), as an instance of the class', async () => {
    const { peer } = await connect();
    const profile = { name: 'Ann', age: 30, email: 'ann@example.org' };
    expect((await peer.request('profile', profile)).data).toEqual({
      greeting: 'Hello Ann',
      profile,
    });
  });

  it('is one key of the payload by its name', async () => {
    const { peer } = await connect();
    const payload = { note: 'at noon', profile: { name: 'Ann', age: 30 } };
    expect((await peer.request('invite', payload)).data).toEqual({
      greeting: 'Hello Ann',
      note: 'at noon',
    });
  });

  it('is refused with every field that breaks a rule, and the handler does not run', async () => {
    const { peer, gateway } = await connect();
    const answer = await peer.request('profile', { name: '', age: 151, email: 'nobody' });
    expect(answer).toMatchObject({
      event: 'error',
      data: { code: 'invalid_payload', message: 'The payload is invalid', event: 'profile' },
    });
    expect(fieldsOf(answer.data)).toEqual(['name', 'age', 'email']);
    expect(gateway.calls).toBe(0);
  });

  it.each([
    ['an empty payload', {}, ['name', 'age']],
    ['a name that is too long', { name: 'x'.repeat(21), age: 1 }, ['name']],
    ['a number as text', { name: 'Ann', age: '30' }, ['age']],
    ['a fraction', { name: 'Ann', age: 1.5 }, ['age']],
    ['null', { name: null, age: 1 }, ['name']],
  ])('is refused for %s', async (_what, payload, fields) => {
    const { peer } = await connect();
    expect(fieldsOf((await peer.request('profile', payload)).data)).toEqual(fields);
  });

  it('is refused when it is no object', async () => {
    const { peer, gateway } = await connect();
    for (const payload of [null, 'Ann', 7, true, [], [{ name: 'Ann', age: 30 }]]) {
      expect((await peer.request('profile', payload)).data).toMatchObject({
        code: 'invalid_payload',
      });
      expect(fieldsOf((await peer.request('invite', { profile: payload })).data)).toEqual([
        'profile',
      ]);
    }
    expect(gateway.calls).toBe(0);
  });

  it('is refused with the path of a field when it is one key of the payload', async () => {
    const { peer } = await connect();
    const payload = { profile: { name: '', age: 1 }, note: 7 };
    expect(fieldsOf((await peer.request('invite', payload)).data).sort()).toEqual([
      'note',
      'profile.name',
    ]);
    expect(fieldsOf((await peer.request('invite', {})).data)).toEqual(['profile']);
  });

  it('is checked and made to the ground', async () => {
    const { peer } = await connect();
    const payload = { address: { city: 'Rome' }, guests: [{ name: 'Ann', age: 30 }] };
    expect((await peer.request('order', payload)).data).toEqual({
      city: 'Rome',
      greetings: ['Hello Ann'],
    });
    const wrong = { address: { city: 7 }, guests: [payload.guests[0], { name: 'Bo', age: -1 }] };
    expect(fieldsOf((await peer.request('order', wrong)).data)).toEqual([
      'address.city',
      'guests.1.age',
    ]);
  });

  it('is refused without repeating what was in it', async () => {
    const { peer } = await connect();
    const answer = await peer.request('profile', { name: 'Ann', age: 'hunter2', email: 'hunter2' });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });
});

describe('a parameter whose class has none', () => {
  it('is the payload as it came', async () => {
    const { peer } = await connect();
    expect((await peer.request('note', { text: 'hi', more: 1 })).data).toEqual({
      text: 'hi',
      more: 1,
    });
  });
});

describe('a Date parameter', () => {
  it('is made from an ISO 8601 date and time', async () => {
    const { peer } = await connect();
    const at = '2026-11-20T12:00:00.123Z';
    expect((await peer.request('schedule', { at })).data).toEqual({
      at: Date.parse(at),
      until: '1970-01-01T00:00:00.000Z',
    });
    const both = { at, until: '2027-01-01T01:00:00+01:00' };
    expect((await peer.request('schedule', both)).data).toMatchObject({
      until: '2027-01-01T00:00:00.000Z',
    });
  });

  it('is refused for anything else, a day that does not exist too', async () => {
    const { peer } = await connect();
    for (const at of ['soon', '', '2026-02-30T12:00:00Z', true, null, [], {}]) {
      const { data } = await peer.request('schedule', { at });
      expect(data).toMatchObject({ code: 'invalid_payload' });
      expect(fieldsOf(data)).toEqual(['at']);
    }
  });

  it('is required when it has no default', async () => {
    const { peer } = await connect();
    expect(fieldsOf((await peer.request('schedule')).data)).toEqual(['at']);
  });
});

/** The fields at fault, each once, however many of its rules it breaks. */
function fieldsOf(error: unknown): string[] {
  const { details } = error as { details?: { fields?: { field: string; reason: unknown }[] } };
  for (const { reason } of details?.fields ?? []) expect(reason).toMatch(/\w/);
  return [...new Set(details?.fields?.map(({ field }) => field))];
}
