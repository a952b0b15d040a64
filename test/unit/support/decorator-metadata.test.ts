import 'reflect-metadata';
import { expect, test } from 'vitest';

class Greeting {}

const decorated: MethodDecorator = () => undefined;

class Gateway {
  @decorated
  greet(greeting: Greeting, text: string, times = 1): string {
    return `${text} ${greeting.constructor.name}`.repeat(times);
  }
}

test('the test runner emits the parameter types that by-name binding reads', () => {
  expect(Reflect.getMetadata('design:paramtypes', Gateway.prototype, 'greet')).toEqual([
    Greeting,
    String,
    Object,
  ]);
});

test('the test runner keeps parameter names and defaults as they are written', () => {
  expect(Gateway.prototype.greet.toString()).toMatch(/^greet\(greeting, text, times = 1\)/);
});
