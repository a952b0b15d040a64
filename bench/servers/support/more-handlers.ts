type Handler = (...args: never[]) => unknown;

/** Gives a gateway more handlers, as if they were written in its class: `event1`, `event2` and so on. */
export function addHandlers(
  gateway: { readonly prototype: object },
  count: number,
  decorator: (event: string) => MethodDecorator,
  create: () => Handler,
): void {
  for (let index = 1; index <= count; index++) {
    const event = `event${index}`;
    Object.defineProperty(gateway.prototype, event, {
      value: create(),
      writable: true,
      configurable: true,
    });
    const descriptor = Object.getOwnPropertyDescriptor(gateway.prototype, event)!;
    decorator(event)(gateway.prototype, event, descriptor);
  }
}
