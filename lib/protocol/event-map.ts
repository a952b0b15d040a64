/*
 * How an application describes its events, once for both sides: an interface of event names and their data. These are types
 * only; nothing of them is left at run time.
 */

/** The events of somebody who described none: any name, any data. */
export type EventMap = Record<string, unknown>;

/** The names in a map of events; any name where there is none in it. */
export type EventName<TEvents> = [keyof TEvents] extends [never] ? string : keyof TEvents & string;

type EventValue<TEvents, TEvent> = TEvent extends keyof TEvents ? TEvents[TEvent] : unknown;
type DataOf<TValue> = TValue extends (data: infer TData) => unknown ? TData : TValue;
type AnswerOf<TValue> = TValue extends (...args: never[]) => infer TAnswer
  ? Awaited<TAnswer>
  : unknown;

/**
 * The data of an event: what the map has for its name, or the parameter where that is a function, which is how a map
 * tells that the event is a request with an answer: `add: (data: { a: number; b: number }) => number`.
 */
export type EventData<TEvents, TEvent> = DataOf<EventValue<TEvents, TEvent>>;

/** What a request is answered with: the result of the map's function, `unknown` for anything else. */
export type EventAnswer<TEvents, TEvent> = AnswerOf<EventValue<TEvents, TEvent>>;

// A payload that may be undefined, or that an empty object satisfies, need not be given.
type IsOptional<TData> = [undefined] extends [TData]
  ? true
  : [Record<never, never>] extends [TData]
    ? true
    : false;

/** The arguments of an `emit` after the event's name: the data, optional where the event needs none. */
export type EmitArguments<TEvents, TEvent, TData = EventData<TEvents, TEvent>> =
  IsOptional<TData> extends true ? [data?: TData] : [data: TData];

/** The arguments of a `request` after the event's name. */
export type RequestArguments<TEvents, TEvent, TOptions, TData = EventData<TEvents, TEvent>> =
  IsOptional<TData> extends true
    ? [data?: TData, options?: TOptions]
    : [data: TData, options?: TOptions];
