import {
  ClassSerializerInterceptor,
  Controller,
  Get,
  Injectable,
  Module,
  UseInterceptors,
} from '@nestjs/common';
import { OnlineStatus, PresenceService } from 'bounce-ws';
import { Exclude, Expose } from 'class-transformer';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { useNodes } from './support/nodes.js';

class User {
  @Exclude() readonly password = 'secret';

  constructor(
    readonly id: string,
    readonly name: string,
  ) {}

  @Expose()
  get label(): string {
    return `${this.name} (${this.id})`;
  }
}

@Exclude()
class StrictUser {
  @Expose() readonly id = 'ann';
  @Expose() readonly isOnline?: boolean;
  readonly password = 'secret';
}

/** As a document of a database that makes its own JSON. */
class Document {
  readonly #fields = { id: 'ann', name: 'Ann' };

  get id(): string {
    return this.#fields.id;
  }

  toJSON(): object {
    return this.#fields;
  }
}

const ANN = Object.freeze({ id: 'ann', name: 'Ann' });
const BEN = Object.freeze({ id: 'ben', name: 'Ben' });

@Injectable()
@Controller('users')
class UsersController {
  @Get('one') @OnlineStatus() one() {
    return ANN;
  }

  @Get('list') @OnlineStatus() async list() {
    return [ANN, BEN, { name: 'nobody' }, null, 'text', 7];
  }

  @Get('page') @OnlineStatus() page() {
    return { items: [ANN, BEN], total: 2 };
  }

  @Get('own-page')
  @OnlineStatus({ idField: 'login', statusField: 'online', itemsField: 'people' })
  ownPage() {
    return { people: [{ login: 'ann' }], next: null };
  }

  @Get('numbers') @OnlineStatus() numbers() {
    return [{ id: 7 }, { id: 8 }];
  }

  @Get('nothing') @OnlineStatus() nothing() {
    return undefined;
  }

  @Get('proto') @OnlineStatus() proto() {
    return JSON.parse('{ "id": "ann", "__proto__": { "admin": true } }') as unknown;
  }

  @Get('document') @OnlineStatus() document() {
    return [new Document()];
  }

  @Get('serialized-after')
  @UseInterceptors(ClassSerializerInterceptor)
  @OnlineStatus()
  serializedAfter() {
    return { items: [new User('ann', 'Ann'), new User('ben', 'Ben')] };
  }

  @Get('serialized-before')
  @OnlineStatus()
  @UseInterceptors(ClassSerializerInterceptor)
  serializedBefore() {
    return [new User('ann', 'Ann')];
  }

  @Get('strict')
  @UseInterceptors(ClassSerializerInterceptor)
  @OnlineStatus()
  strict() {
    return new StrictUser();
  }

  @Get('untouched') untouched() {
    return ANN;
  }
}

@OnlineStatus()
@Controller('everybody')
class EverybodyController {
  @Get() all() {
    return [ANN, BEN];
  }

  @Get('by-login') @OnlineStatus({ idField: 'login' }) byLogin() {
    return { login: 'ann' };
  }
}

/** Controllers of a module of their own, as an app has them. */
@Module({ controllers: [UsersController, EverybodyController] })
class UsersModule {}

const start = useNodes();

async function startWithAnn() {
  const node = await start({}, { imports: [UsersModule] });
  const ann = await node.connect('ann');
  await ann.barrier();
  await (await node.connect('7')).barrier();
  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${node.port}/${path}`);
    const text = await response.text();
    return text === '' ? undefined : JSON.parse(text);
  };
  return { ...node, get };
}

describe('@OnlineStatus()', () => {
  const lookUps = vi.spyOn(PresenceService.prototype, 'areOnline');
  afterEach(() => void lookUps.mockClear());
  afterAll(() => lookUps.mockRestore());

  it('adds isOnline to one user, a list and a page, and leaves the rest as it is', async () => {
    const { get } = await startWithAnn();
    expect(await get('users/one')).toEqual({ ...ANN, isOnline: true });
    expect(await get('users/list')).toEqual([
      { ...ANN, isOnline: true },
      { ...BEN, isOnline: false },
      { name: 'nobody' },
      null,
      'text',
      7,
    ]);
    expect(await get('users/page')).toEqual({
      items: [
        { ...ANN, isOnline: true },
        { ...BEN, isOnline: false },
      ],
      total: 2,
    });
    expect(await get('users/untouched')).toEqual(ANN);
    expect(await get('users/nothing')).toBeUndefined();
  });

  it('asks once for all of them', async () => {
    const { get } = await startWithAnn();
    await get('users/page');
    expect(lookUps).toHaveBeenCalledTimes(1);
  });

  it('takes other names of its fields', async () => {
    const { get } = await startWithAnn();
    expect(await get('users/own-page')).toEqual({
      people: [{ login: 'ann', online: true }],
      next: null,
    });
  });

  it('knows ids that are numbers', async () => {
    const { get } = await startWithAnn();
    expect(await get('users/numbers')).toEqual([
      { id: 7, isOnline: true },
      { id: 8, isOnline: false },
    ]);
  });

  it('holds for all handlers of a class, and a handler has it its own way', async () => {
    const { get } = await startWithAnn();
    expect(await get('everybody')).toMatchObject([{ isOnline: true }, { isOnline: false }]);
    expect(await get('everybody/by-login')).toEqual({ login: 'ann', isOnline: true });
  });

  it('keeps the class, so that ClassSerializerInterceptor works before and after it', async () => {
    const { get } = await startWithAnn();
    const ann = { id: 'ann', name: 'Ann', label: 'Ann (ann)', isOnline: true };
    expect(await get('users/serialized-after')).toEqual({
      items: [ann, { id: 'ben', name: 'Ben', label: 'Ben (ben)', isOnline: false }],
    });
    expect(await get('users/serialized-before')).toEqual([ann]);
    expect(await get('users/strict')).toEqual({ id: 'ann', isOnline: true });
  });

  it('takes what makes its own JSON in that form', async () => {
    const { get } = await startWithAnn();
    expect(await get('users/document')).toEqual([{ id: 'ann', name: 'Ann', isOnline: true }]);
  });

  it('leaves prototypes alone', async () => {
    const { get } = await startWithAnn();
    expect(JSON.stringify(await get('users/proto'))).toContain('"isOnline":true');
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});
