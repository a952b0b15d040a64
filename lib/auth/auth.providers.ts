import type { Provider } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { AUTHENTICATOR, BOUNCE_WS_OPTIONS } from '../common/index.js';
import type { ResolvedAuthOptions } from './auth.options.js';
import { SessionKeeper } from './session.keeper.js';
import { TokenVerifier } from './token.verifier.js';

/** What authentication consists of, beside its route. */
export const AUTH_PROVIDERS: Provider[] = [
  {
    provide: AUTHENTICATOR,
    useFactory: ({ auth }: ResolvedAuthOptions, moduleRef: ModuleRef) => {
      if (auth === false) return undefined;
      const { authenticator } = auth;
      return typeof authenticator === 'function' ? moduleRef.create(authenticator) : authenticator;
    },
    inject: [BOUNCE_WS_OPTIONS, ModuleRef],
  },
  TokenVerifier,
  SessionKeeper,
];
