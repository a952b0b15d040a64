import 'reflect-metadata';
import * as common from '@nestjs/common/internal';
import { OnEvent } from '@nestjs/event-emitter';
import { Ack, ConnectedSocket, MessageBody } from '@nestjs/websockets';
import * as websockets from '@nestjs/websockets/internal';
import { describe, expect, it } from 'vitest';
import {
  EVENT_EMITTER_LISTENER_METADATA,
  NestMetadata,
} from '../../../lib/common/metadata-keys.constants.js';

describe('the metadata keys are those of the installed Nest', () => {
  it.each([
    ['Gateway', websockets.GATEWAY_METADATA],
    ['GatewayOptions', websockets.GATEWAY_OPTIONS],
    ['GatewayPort', websockets.PORT_METADATA],
    ['MessageMapping', websockets.MESSAGE_MAPPING_METADATA],
    ['Message', websockets.MESSAGE_METADATA],
    ['ParameterArguments', websockets.PARAM_ARGS_METADATA],
    ['CustomParameter', common.CUSTOM_ROUTE_ARGS_METADATA],
    ['ParameterTypes', common.PARAMTYPES_METADATA],
  ] as const)('%s', (name, key) => {
    expect(NestMetadata[name]).toBe(key);
  });

  it('each of them is looked at here', () => {
    expect(Object.keys(NestMetadata)).toHaveLength(8);
  });

  it('that of filters', () => {
    expect(common.EXCEPTION_FILTERS_METADATA).toBe('__exceptionFilters__');
  });

  it('that of @OnEvent of @nestjs/event-emitter', () => {
    class Listener {
      @OnEvent('say')
      say() {}
    }
    expect(Reflect.getMetadataKeys(Reflect.get(Listener.prototype, 'say') as object)).toContain(
      EVENT_EMITTER_LISTENER_METADATA,
    );
  });
});

describe('the decorators of the installed Nest note', () => {
  class Gateway {
    say(
      @ConnectedSocket() client: unknown,
      @MessageBody('text') text: unknown,
      @Ack() ack: unknown,
    ) {
      return [client, text, ack];
    }
  }

  it('the kind of a parameter as a number before its index', () => {
    const noted = Reflect.getMetadata(NestMetadata.ParameterArguments, Gateway, 'say') as object;
    expect(noted).toMatchObject({
      '0:0': { index: 0 },
      '3:1': { index: 1, data: 'text', pipes: [] },
    });
    // The third is of a kind that is neither, whichever number it has in this version.
    const kinds = Object.keys(noted).filter((key) => key.endsWith(':2'));
    expect(kinds).toEqual([expect.stringMatching(/^(?![03]:)\d+:2$/)]);
  });
});
