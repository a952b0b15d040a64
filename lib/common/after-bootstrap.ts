import type { OnApplicationBootstrap } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';

/**
 * Has something done when all bootstrap hooks of the app have run. Nest runs those of global modules first and tells
 * nobody about the end; but the class of the module nearest to the root comes last, so what is to be done is made part of
 * its hook, as if it had been written there: the boot waits for it and fails with it.
 *
 * @returns whether it will be done; `false` when there is nobody to follow
 */
export function afterBootstrap(modules: ModulesContainer, action: () => Promise<void>): boolean {
  // Nest's own order: sorted by the distance from the root, stably, the farthest first.
  const last = [...modules.values()].toSorted((one, other) => other.distance - one.distance).at(-1);
  const host = last?.providers.get(last.metatype);
  const instance: unknown = host?.instance;
  if (host === undefined || !host.isDependencyTreeStatic()) return false;
  if (typeof instance !== 'object' || instance === null) return false;
  const hooks = instance as Partial<OnApplicationBootstrap>;
  const own = hooks.onApplicationBootstrap?.bind(hooks);
  Object.defineProperty(instance, 'onApplicationBootstrap', {
    configurable: true,
    value: async (): Promise<void> => {
      await own?.();
      await action();
    },
  });
  return true;
}
