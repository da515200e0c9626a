import type { AnyActorScope, AnyMachineSnapshot, AnyStateMachine, EventObject, MachineContext } from 'xstate';

interface Args {
  context: MachineContext;
  event: EventObject;
}

type Effect = (args: Args, params: unknown) => unknown;

/** An action by its implementation. `assigns`: what it returns is laid over the context. */
interface Step {
  effect: Effect;
  params: unknown;
  assigns: boolean;
}

interface Candidate {
  guard: ((args: Args) => boolean) | undefined;
  actions: readonly Step[];
  /** The state to enter; undefined if the transition stays where it is. */
  target: string | undefined;
}

interface FlatState {
  entry: readonly Step[];
  exit: readonly Step[];
  always: readonly Candidate[];
  on: ReadonlyMap<string, readonly Candidate[]>;
  /** What XState makes of being in this state; a snapshot is it with another context. */
  snapshot: AnyMachineSnapshot;
}

/** A node of a machine, as far as a flat machine may use it. */
interface Node {
  type: string;
  key: string;
  id: string;
  entry: readonly unknown[];
  exit: readonly unknown[];
  always?: readonly Transition[];
  transitions: ReadonlyMap<string, readonly Transition[]>;
  invoke: readonly unknown[];
  after: readonly unknown[];
  states: Readonly<Record<string, Node>>;
}

interface Transition {
  guard?: unknown;
  actions: readonly unknown[];
  target?: readonly Node[];
  reenter: boolean;
}

/**
 * The same machine with a shorter way from state to state, for actors that take thousands of steps a second.
 *
 * XState works out each step for the general case: nested and parallel states, history, actors of its own. A machine
 * whose states all lie side by side needs none of that. Here its candidates, guards and actions are looked up once; a
 * step then evaluates and runs them in XState's order and gives XState's snapshot: a
 * quarter of the time. `flat-machine.test.ts` plays random machines both ways and compares.
 *
 * Throws an Error if the machine uses anything else than atomic and final states, named guards, named actions and
 * `assign`. Inspection sees events and snapshots of such an actor, no microsteps: hand XState the machine itself for those.
 */
export function flatMachine<M extends AnyStateMachine>(machine: M): M {
  const states = flatStates(machine);
  const transition = (snapshot: AnyMachineSnapshot, event: EventObject, scope: AnyActorScope): AnyMachineSnapshot =>
    // Start and stop are XState's.
    event.type.startsWith('xstate.') ? machine.transition(snapshot, event, scope) : macrostep(states, snapshot, event);
  // A snapshot that was never written down has nothing to bring back; XState would walk through all its context can reach.
  const restoreSnapshot = (snapshot: AnyMachineSnapshot, scope: AnyActorScope): AnyMachineSnapshot =>
    'machine' in snapshot ? snapshot : machine.restoreSnapshot(snapshot, scope);
  return Object.create(machine, { transition: { value: transition }, restoreSnapshot: { value: restoreSnapshot } });
}

/** The transition of an event, then those without events until none is enabled. */
function macrostep(
  states: ReadonlyMap<string, FlatState>,
  snapshot: AnyMachineSnapshot,
  event: EventObject,
): AnyMachineSnapshot {
  const before = snapshot.context;
  const begun = states.get(snapshot.value as string) as FlatState;
  let state = begun;
  let context: MachineContext = before;
  let next = select(state.on.get(event.type), context, event);
  let eventless = next === undefined;
  next ??= select(state.always, context, event);
  while (next !== undefined) {
    const known = context;
    if (next.target === undefined) {
      context = run(next.actions, context, event);
      // Without an event it would be enabled for ever.
      if (eventless && context === known) break;
    } else {
      context = run(state.exit, context, event);
      context = run(next.actions, context, event);
      state = states.get(next.target) as FlatState;
      context = run(state.entry, context, event);
    }
    eventless = true;
    next = select(state.always, context, event);
  }
  if (state === begun && context === before) return snapshot;
  return { ...state.snapshot, context };
}

function select(
  candidates: readonly Candidate[] | undefined,
  context: MachineContext,
  event: EventObject,
): Candidate | undefined {
  if (candidates === undefined) return undefined;
  for (const candidate of candidates) {
    if (candidate.guard === undefined || candidate.guard({ context, event })) return candidate;
  }
  return undefined;
}

function run(steps: readonly Step[], before: MachineContext, event: EventObject): MachineContext {
  let context = before;
  for (const { effect, params, assigns } of steps) {
    const result = effect({ context, event }, params);
    if (assigns) context = { ...context, ...(result as Partial<MachineContext>) };
  }
  return context;
}

function flatStates(machine: AnyStateMachine): Map<string, FlatState> {
  const root = machine.root as unknown as Node;
  const nodes = Object.values(root.states);
  const effects = root.entry.length + root.exit.length + root.transitions.size;
  if (root.type !== 'compound' || !isPlain(root) || effects > 0 || root.always !== undefined) throw unknownPart(root);
  const { guards, actions } = machine.implementations as unknown as Implementations;
  const candidate = (node: Node) => (transition: Transition) => toCandidate(node, transition, { guards, actions });
  return new Map(
    nodes.map((node) => {
      const isFinal = node.type === 'final';
      const goesOn = node.exit.length > 0 || node.always !== undefined;
      if (!isPlain(node) || (isFinal ? goesOn : node.type !== 'atomic')) throw unknownPart(node);
      const snapshot = machine.resolveState({ value: node.key, context: {}, status: isFinal ? 'done' : 'active' });
      const state: FlatState = {
        entry: node.entry.map((action) => toStep(node, action, actions)),
        exit: node.exit.map((action) => toStep(node, action, actions)),
        always: (node.always ?? []).map(candidate(node)),
        on: new Map([...node.transitions].map(([type, list]) => [type, list.map(candidate(node))])),
        snapshot,
      };
      return [node.key, state];
    }),
  );
}

interface Implementations {
  guards: Readonly<Record<string, unknown>>;
  actions: Readonly<Record<string, unknown>>;
}

/** No actors, delays or wildcards. */
function isPlain(node: Node): boolean {
  const delayed = node.after.length > 0 || [...node.transitions.keys()].some((type) => type.includes('*'));
  return node.invoke.length === 0 && !delayed;
}

function toCandidate(node: Node, transition: Transition, { guards, actions }: Implementations): Candidate {
  const { guard, target = [], reenter } = transition;
  const known = guard === undefined ? undefined : guards[String(guard)];
  if (target.length > 1 || reenter || (guard !== undefined && (typeof known !== 'function' || 'check' in known))) {
    throw unknownPart(node);
  }
  return {
    guard: known as Candidate['guard'],
    actions: transition.actions.map((action) => toStep(node, action, actions)),
    // To its own state without re-entering it is to stay.
    target: target[0] === node ? undefined : target[0]?.key,
  };
}

function toStep(node: Node, action: unknown, actions: Implementations['actions']): Step {
  const { type, params } = typeof action === 'string' ? { type: action, params: undefined } : (action as NamedAction);
  const effect = actions[type];
  if (typeof effect !== 'function' || typeof params === 'function') throw unknownPart(node);
  if (!('resolve' in effect)) return { effect: effect as Effect, params, assigns: false };
  const { assignment } = effect as { assignment?: unknown };
  if (typeof assignment === 'function') return { effect: assignment as Effect, params, assigns: true };
  const isFixed = typeof assignment === 'object' && assignment !== null;
  if (!isFixed || Object.values(assignment).some((value) => typeof value === 'function')) throw unknownPart(node);
  return { effect: () => assignment, params, assigns: true };
}

interface NamedAction {
  type: string;
  params?: unknown;
}

function unknownPart(node: Node): Error {
  return new Error(`state "${node.id}" has a part that a flat machine may not have`);
}
