import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { BounceMetadata } from '../common/index.js';
import { AbstractSender } from './abstract-sender.js';
import type { EmitEveryMetadata } from './emit-every.decorator.js';
import { MethodSender } from './method.sender.js';
import { SenderRegistry } from './sender.registry.js';

/** Finds the senders among the app's providers, once, at boot. */
@Injectable()
export class SenderExplorer {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly registry: SenderRegistry,
  ) {}

  /** Registers every sender and every method with `@EmitEvery`. @throws ConfigurationError naming the culprit */
  explore(): void {
    // A provider that several modules export under other names is one object all the same.
    const instances = new Set<unknown>(
      this.discovery
        .getProviders()
        .filter((wrapper) => !wrapper.isAlias && wrapper.isDependencyTreeStatic())
        .map((wrapper): unknown => wrapper.instance),
    );
    for (const instance of instances) {
      if (instance instanceof AbstractSender) this.registry.register(instance);
      else if (typeof instance === 'object' && instance !== null) this.#exploreMethods(instance);
    }
  }

  #exploreMethods(instance: object): void {
    const prototype: unknown = Object.getPrototypeOf(instance);
    if (typeof prototype !== 'object' || prototype === null) return;
    for (const name of this.scanner.getAllMethodNames(prototype)) {
      const method: unknown = Reflect.get(prototype, name);
      if (typeof method !== 'function') continue;
      const metadata = Reflect.getMetadata(BounceMetadata.EmitEvery, method) as
        EmitEveryMetadata | undefined;
      if (metadata === undefined) continue;
      const sender = new MethodSender(
        metadata,
        () => Reflect.apply(method, instance, []) as unknown,
      );
      this.registry.register(sender, `${instance.constructor.name}.${name}`);
    }
  }
}
