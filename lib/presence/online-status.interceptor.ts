import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  Logger,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { mergeMap, type Observable } from 'rxjs';
import { BounceMetadata } from '../common/index.js';
import type { OnlineStatusOptions } from './online-status.options.js';
import { PresenceService } from './presence.service.js';

type ResolvedOptions = Required<OnlineStatusOptions>;

const DEFAULTS: ResolvedOptions = {
  idField: 'id',
  statusField: 'isOnline',
  itemsField: 'items',
};

/** What {@link OnlineStatus} adds to a handler. */
@Injectable()
export class OnlineStatusInterceptor implements NestInterceptor {
  readonly #logger = new Logger('BounceWs');

  constructor(
    private readonly presence: PresenceService,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const given = this.reflector.getAllAndOverride<OnlineStatusOptions>(
      BounceMetadata.OnlineStatus,
      [context.getHandler(), context.getClass()],
    );
    const options = { ...DEFAULTS, ...given };
    return next.handle().pipe(mergeMap((result) => this.#decorate(result, options)));
  }

  async #decorate(result: unknown, options: ResolvedOptions): Promise<unknown> {
    const { idField, itemsField } = options;
    if (Array.isArray(result)) return this.#decorateAll(result, options);
    if (!isRecord(result)) return result;
    if (idOf(result, idField) === undefined && Array.isArray(result[itemsField])) {
      return copyWith(result, itemsField, await this.#decorateAll(result[itemsField], options));
    }
    return (await this.#decorateAll([result], options))[0];
  }

  async #decorateAll(
    users: readonly unknown[],
    { idField, statusField }: ResolvedOptions,
  ): Promise<unknown[]> {
    const ids = users.map((user) => idOf(user, idField));
    const online = await this.#lookUp(ids.filter((id) => id !== undefined));
    return users.map((user, index) => {
      const id = ids[index];
      return id === undefined || !isRecord(user)
        ? user
        : copyWith(user, statusField, online?.get(id) ?? null);
    });
  }

  async #lookUp(ids: readonly string[]): Promise<Map<string, boolean> | undefined> {
    try {
      return await this.presence.areOnline(ids);
    } catch (error) {
      // Who is online is an extra: the users themselves are still worth returning.
      this.#logger.warn(
        `Who is online is not known: ${error instanceof Error ? error.message : String(error)}`,
      );
      return undefined;
    }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** The id of a user, as presence knows it: databases like numbers. */
function idOf(user: unknown, idField: string): string | undefined {
  if (!isRecord(user)) return undefined;
  const id = user[idField];
  if (typeof id === 'number' || typeof id === 'bigint') return String(id);
  if (typeof id === 'string') return id;
  return undefined;
}

function hasOwnForm(value: object): value is { toJSON(): object } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

/** A copy of the same class with one more property. What knows its own form in JSON is taken in that form. */
function copyWith(source: object, field: string, value: unknown): object {
  if (hasOwnForm(source)) return { ...source.toJSON(), [field]: value };
  const copy: object = Object.create(Object.getPrototypeOf(source) as object | null) as object;
  // As properties and not by assignment: a setter of the class, or one named __proto__, is none of this one's business.
  Object.defineProperties(copy, Object.getOwnPropertyDescriptors(source));
  return Object.defineProperty(copy, field, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}
