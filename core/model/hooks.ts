import { Emitter, type Listener, type Off } from "../events/emitter.ts";

/** The events of a record, in the order in which a save sends them. */
export const RECORD_EVENTS = [
  "beforeValidate",
  "afterValidate",
  "beforeSave",
  "beforeCreate",
  "beforeUpdate",
  "afterCreate",
  "afterUpdate",
  "afterSave",
  "beforeDelete",
  "afterDelete",
  "afterLoad",
  "afterCommit",
  "afterRollback",
] as const;

/** The name of an event of a record. */
export type RecordEvent = typeof RECORD_EVENTS[number];

/** What listeners of a model receive. */
export type RecordEvents<I> = { readonly [E in RecordEvent]: I };

/**
 * The methods that a model may override to take part in what happens to its records. Each may be asynchronous and is awaited;
 * one that throws before a write prevents it.
 */
export abstract class RecordHooks {
  /** Before the fields are checked. */
  beforeValidate(): void | Promise<void> {}
  /** After the fields were found right. */
  afterValidate(): void | Promise<void> {}
  /** Before INSERT or UPDATE; what it changes is saved. */
  beforeSave(): void | Promise<void> {}
  /** Before INSERT. */
  beforeCreate(): void | Promise<void> {}
  /** Before UPDATE. */
  beforeUpdate(): void | Promise<void> {}
  /** After INSERT, in the same transaction. */
  afterCreate(): void | Promise<void> {}
  /** After UPDATE, in the same transaction. */
  afterUpdate(): void | Promise<void> {}
  /** After INSERT or UPDATE, in the same transaction. */
  afterSave(): void | Promise<void> {}
  /** Before DELETE. */
  beforeDelete(): void | Promise<void> {}
  /** After DELETE, in the same transaction. */
  afterDelete(): void | Promise<void> {}
  /** After the record was loaded. */
  afterLoad(): void | Promise<void> {}
  /** After the transaction that saved or deleted the record was committed. */
  afterCommit(): void | Promise<void> {}
  /** After the transaction that saved or deleted the record was rolled back. */
  afterRollback(): void | Promise<void> {}
}

/** The methods of a model that overrides none of them. */
const base = RecordHooks.prototype;

/** Events that come together. */
export interface Phase {
  /** The events, in their order. */
  readonly events: readonly RecordEvent[];
  /** Whether a record has a method of its own for one of them. Each is named, which V8 answers without looking it up. */
  readonly isOverridden: (record: RecordHooks) => boolean;
}

/** What comes before an INSERT. */
export const BEFORE_CREATE: Phase = {
  events: ["beforeValidate", "afterValidate", "beforeSave", "beforeCreate"],
  isOverridden: (record) =>
    record.beforeValidate !== base.beforeValidate || record.afterValidate !== base.afterValidate ||
    record.beforeSave !== base.beforeSave || record.beforeCreate !== base.beforeCreate,
};

/** What follows an INSERT, in the same transaction. */
export const AFTER_CREATE: Phase = {
  events: ["afterCreate", "afterSave"],
  isOverridden: (record) => record.afterCreate !== base.afterCreate || record.afterSave !== base.afterSave,
};

/** What comes before an UPDATE. */
export const BEFORE_UPDATE: Phase = {
  events: ["beforeValidate", "afterValidate", "beforeSave", "beforeUpdate"],
  isOverridden: (record) =>
    record.beforeValidate !== base.beforeValidate || record.afterValidate !== base.afterValidate ||
    record.beforeSave !== base.beforeSave || record.beforeUpdate !== base.beforeUpdate,
};

/** What follows an UPDATE, in the same transaction. */
export const AFTER_UPDATE: Phase = {
  events: ["afterUpdate", "afterSave"],
  isOverridden: (record) => record.afterUpdate !== base.afterUpdate || record.afterSave !== base.afterSave,
};

/** What follows the end of the transaction. */
export const AT_END: Phase = {
  events: ["afterCommit", "afterRollback"],
  isOverridden: (record) => record.afterCommit !== base.afterCommit || record.afterRollback !== base.afterRollback,
};

type Events = RecordEvents<object>;

const ofClass = new WeakMap<object, Emitter<Events>>();
const ofRecord = new WeakMap<object, Emitter<Events>>();
let anyListener = false;

/** Adds a listener to a model class, for its records and those of classes that extend it, or to one record. */
export function addListener(target: object, event: RecordEvent, listener: Listener<never>): Off {
  const emitters = typeof target === "function" ? ofClass : ofRecord;
  let emitter = emitters.get(target);
  if (emitter === undefined) emitters.set(target, emitter = new Emitter());
  anyListener = true;
  return emitter.on(event, listener as Listener<object>); // the callers type the listener by the model
}

/** Removes a listener from a model class or from a record. */
export function removeListener(target: object, event: RecordEvent, listener: Listener<never>): void {
  (typeof target === "function" ? ofClass : ofRecord).get(target)?.off(event, listener as Listener<object>); // as above
}

/** The emitters that hear an event of a record: of its classes, the base first, then its own. */
function emittersOf(record: object, event: RecordEvent): Emitter<Events>[] {
  if (!anyListener) return [];
  const found: Emitter<Events>[] = [];
  for (
    let type: object | null = record.constructor;
    type !== null && type !== Function.prototype;
    type = Object.getPrototypeOf(type)
  ) {
    const emitter = ofClass.get(type);
    if (emitter?.has(event)) found.unshift(emitter);
  }
  const own = ofRecord.get(record);
  if (own?.has(event)) found.push(own);
  return found;
}

function isOverridden(record: RecordHooks, event: RecordEvent): boolean {
  return record[event] !== RecordHooks.prototype[event];
}

/** Whether anything happens at an event of a record. */
export function hears(record: RecordHooks, event: RecordEvent): boolean {
  return isOverridden(record, event) ||
    (anyListener && emittersOf(record, event).length > 0);
}

/** Whether anything happens at one of the events of a phase. */
export function hearsAny(record: RecordHooks, { events, isOverridden }: Phase): boolean {
  return isOverridden(record) || (anyListener && events.some((event) => emittersOf(record, event).length > 0));
}

/** Sends an event to the record's method and then to the listeners; gives nothing to wait for when there are none. */
export function emit(record: RecordHooks, event: RecordEvent): Promise<void> | undefined {
  return hears(record, event) ? deliver(record, event) : undefined;
}

async function deliver(record: RecordHooks, event: RecordEvent): Promise<void> {
  if (isOverridden(record, event)) await record[event]();
  for (const emitter of emittersOf(record, event)) {
    await emitter.emit(event, record);
  }
}
