import type { Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';

/** What the app put in place of a part: its instance, one that Nest creates of its class, or else the package's own. */
export async function createOr<T extends object>(
  moduleRef: ModuleRef,
  given: T | Type<T> | undefined,
  fallback: () => T,
): Promise<T> {
  if (given === undefined) return fallback();
  return typeof given === 'function' ? moduleRef.create(given) : given;
}
