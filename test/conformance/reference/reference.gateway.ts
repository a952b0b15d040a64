import { setTimeout as wait } from 'node:timers/promises';
import { UseGuards } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { type BounceSocket, BounceWsError, OnEvent, Payload } from 'bounce-ws';
import { map, type Observable, range, take, timer } from 'rxjs';
import { ProfileDto } from './profile.dto.js';
import { UserGuard } from './user.guard.js';

const LONGEST_WAIT_MS = 60_000;
const LONGEST_COUNT = 1_000;

/** Requests and their answers: values, promises, streams, a DTO, a guard. */
@WebSocketGateway()
export class ReferenceGateway {
  @OnEvent('echo')
  echo(_client: BounceSocket, @Payload() payload: unknown): unknown {
    return payload;
  }

  @OnEvent('add')
  add(_client: BounceSocket, a: number, b: number): number {
    return a + b;
  }

  @OnEvent('slow')
  slow(_client: BounceSocket, ms: number): Promise<{ ms: number }> {
    return wait(Math.min(ms, LONGEST_WAIT_MS), { ms });
  }

  @OnEvent('move')
  move(_client: BounceSocket, x: number, y: number): { x: number; y: number } {
    return { x, y };
  }

  @OnEvent('profile')
  profile(_client: BounceSocket, @Payload() profile: ProfileDto): ProfileDto {
    return profile;
  }

  @OnEvent('count')
  count(_client: BounceSocket, to: number, everyMs = 0): Observable<number> {
    if (to > LONGEST_COUNT) {
      throw new BounceWsError('limit_exceeded', undefined, {
        details: { limit: 'to', max: LONGEST_COUNT },
      });
    }
    if (everyMs <= 0) return range(1, to);
    return timer(0, Math.min(everyMs, LONGEST_WAIT_MS)).pipe(
      map((tick) => tick + 1),
      take(to),
    );
  }

  @OnEvent('ask')
  async ask(client: BounceSocket, question: string): Promise<object> {
    try {
      return { answer: await client.request('question', { question }) };
    } catch {
      return { refused: true };
    }
  }

  @OnEvent('guarded')
  @UseGuards(UserGuard)
  guarded(): void {}
}
