import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, assign, createActor, createMachine, raise, setup } from 'xstate';
import { flatMachine } from './flat-machine.ts';

const STATES = ['a', 'b', 'c', 'end'] as const;
const EVENTS = ['go', 'stay', 'turn'] as const;

/** Guards look at a counter that actions move, so that what comes first decides what comes next. */
function machineOf(config: object, log: string[], world = { open: true }): AnyStateMachine {
  const note = (what: string) => log.push(what);
  return setup({
    types: { context: {} as { n: number; last: string }, events: {} as { type: (typeof EVENTS)[number] } },
    guards: {
      even: ({ context, event }) => {
        note(`even? ${event.type}`);
        return context.n % 2 === 0;
      },
      // Without an event, too, something may have happened outside.
      few: ({ context }) => world.open && context.n % 7 < 3,
      never: () => false,
    },
    actions: {
      count: assign(({ context, event }) => ({ n: context.n + 1, last: event.type })),
      clear: assign({ last: 'cleared' }),
      tell: ({ context, event }, params: { what: string }) => note(`${params.what} ${event.type} ${context.n}`),
      plain: ({ context }) => note(`plain ${context.n} ${context.last}`),
    },
  }).createMachine({
    id: 'random',
    context: { n: 0, last: '' },
    initial: 'a',
    ...config,
  } as never) as never as AnyStateMachine;
}

const action = fc.constantFrom('count', 'clear', 'plain', { type: 'tell', params: { what: 'x' } });
const actions = fc.array(action, { maxLength: 3 });
const guard = fc.constantFrom('even', 'few', 'never');
const target = fc.constantFrom(...STATES);
const transition = fc.record({ guard, target, actions }, { requiredKeys: ['actions'] });
// Without a guard, or between two states, a machine might go on without an end.
const eventless = fc.record(
  { guard: fc.constant('few'), actions: fc.constant(['count']), target },
  { requiredKeys: ['guard', 'actions'] },
);
const state = fc.record({
  entry: actions,
  exit: actions,
  always: fc.array(eventless, { maxLength: 2 }),
  on: fc.record(Object.fromEntries(EVENTS.map((type) => [type, fc.array(transition, { maxLength: 3 })])), {
    requiredKeys: [],
  }),
});
const configs = fc
  .record({ a: state, b: state, c: state, entry: actions })
  .map(({ a, b, c, entry }) => ({ states: { a, b, c, end: { type: 'final', entry } } }));

/** After every event: where the machine is, and what it did. */
function play(
  config: object,
  events: readonly string[],
  way: (machine: AnyStateMachine) => AnyStateMachine,
): unknown[] {
  const log: string[] = [];
  const world = { open: true };
  const actor = createActor(way(machineOf(config, log, world))).start();
  const steps: unknown[] = [];
  for (const [index, type] of events.entries()) {
    if (actor.getSnapshot().status !== 'active') break;
    world.open = index % 3 !== 0;
    log.length = 0;
    actor.send({ type });
    const { value, context, status, tags, children } = actor.getSnapshot();
    steps.push({ value, context, status, tags, children, log: [...log], matches: actor.getSnapshot().matches(value) });
  }
  return steps;
}

describe('flatMachine', () => {
  it('goes the way that XState goes, whatever the machine and the events', () => {
    fc.assert(
      fc.property(configs, fc.array(fc.constantFrom(...EVENTS, 'unknown'), { maxLength: 25 }), (config, events) => {
        const itself = play(config, events, (machine) => machine);
        expect(play(config, events, flatMachine)).toEqual(itself);
      }),
      { numRuns: 500, seed: 11 },
    );
  });

  it('ends as XState does', () => {
    const config = { states: { a: { on: { go: { target: 'end', actions: 'count' } } }, end: { type: 'final' } } };
    let completed = 0;
    const actor = createActor(flatMachine(machineOf(config, [])));
    actor.subscribe({ complete: () => completed++ });
    actor.start();
    actor.send({ type: 'go' });
    expect([completed, actor.getSnapshot().status, actor.getSnapshot().context]).toEqual([
      1,
      'done',
      { n: 1, last: 'go' },
    ]);
  });

  it('begins where a snapshot stands, a live one or one that was written down', () => {
    const config = { states: { a: { on: { go: 'b' } }, b: { on: { go: { actions: 'count' } } } } };
    const machine = flatMachine(machineOf(config, []));
    const live = machine.resolveState({ value: 'b', context: { n: 5, last: '' } });
    for (const snapshot of [live, JSON.parse(JSON.stringify(live))]) {
      const actor = createActor(machine, { snapshot }).start();
      actor.send({ type: 'go' });
      expect(actor.getSnapshot()).toMatchObject({ value: 'b', context: { n: 6, last: 'go' } });
    }
  });

  it('keeps the snapshot if nothing changes', () => {
    const actor = createActor(flatMachine(machineOf({ states: { a: { on: { stay: { actions: 'plain' } } } } }, [])));
    actor.start();
    const before = actor.getSnapshot();
    actor.send({ type: 'stay' });
    expect(actor.getSnapshot()).toBe(before);
  });

  it.each<[string, object]>([
    ['nested states', { states: { a: { initial: 'x', states: { x: {} } } } }],
    ['parallel states', { type: 'parallel', states: { a: {}, b: {} } }],
    ['transitions of the root', { on: { go: '.b' }, states: { a: {}, b: {} } }],
    ['actors', { states: { a: { invoke: { src: createMachine({}) } } } }],
    ['delays', { states: { a: { after: { 10: 'b' } }, b: {} } }],
    ['wildcards', { states: { a: { on: { '*': 'b' } }, b: {} } }],
    ['re-entering', { states: { a: { on: { go: { target: 'a', reenter: true } } } } }],
    ['inline guards', { states: { a: { on: { go: { guard: () => true, target: 'b' } } }, b: {} } }],
    ['inline actions', { states: { a: { entry: () => {} } } }],
    ['an exit from its end', { states: { a: {}, end: { type: 'final', exit: 'plain' } } }],
    ['built-in actions', { states: { a: { entry: raise({ type: 'go' }) } } }],
  ])('refuses a machine with %s', (_what, config) => {
    expect(() => flatMachine(machineOf({ initial: 'a', ...config }, []))).toThrow('a flat machine may not have');
  });
});
