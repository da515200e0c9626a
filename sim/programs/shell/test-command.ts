import type { AppletCall } from './applets.ts';
import { absolute } from './paths.ts';

/** `test` and `[`: file tests, strings, numbers, `!`, `-a`, `-o`. 0 true, 1 false, 2 a complaint. */
export function test(call: AppletCall, bracket: boolean): number {
  const args = [...call.args];
  if (bracket && args.pop() !== ']') {
    call.io.err.write('[: missing ]\n');
    return 2;
  }
  try {
    return new Test(call, args).value() ? 0 : 1;
  } catch (error) {
    call.io.err.write(`${bracket ? '[' : 'test'}: ${(error as Error).message}\n`);
    return 2;
  }
}

class Test {
  readonly #call: AppletCall;
  readonly #args: readonly string[];
  #at = 0;

  constructor(call: AppletCall, args: readonly string[]) {
    this.#call = call;
    this.#args = args;
  }

  value(): boolean {
    if (this.#args.length === 0) return false;
    const value = this.#or();
    const rest = this.#args[this.#at];
    if (rest !== undefined) throw new Error(`${rest}: unknown operand`);
    return value;
  }

  #or(): boolean {
    let value = this.#and();
    while (this.#args[this.#at] === '-o') {
      this.#at++;
      value = this.#and() || value;
    }
    return value;
  }

  #and(): boolean {
    let value = this.#not();
    while (this.#args[this.#at] === '-a') {
      this.#at++;
      value = this.#not() && value;
    }
    return value;
  }

  #not(): boolean {
    if (this.#args[this.#at] === '!' && this.#at + 1 < this.#args.length) {
      this.#at++;
      return !this.#not();
    }
    return this.#primary();
  }

  #primary(): boolean {
    const [left = '', operator, right] = this.#args.slice(this.#at);
    const compare = operator === undefined || right === undefined ? undefined : COMPARISONS[operator];
    if (compare !== undefined && right !== undefined) {
      this.#at += 3;
      return compare(left, right);
    }
    if (/^-[a-zA-Z]$/.test(left) && operator !== undefined) {
      this.#at += 2;
      return this.#unary(left, operator);
    }
    this.#at += 1;
    return left !== '';
  }

  #unary(operator: string, operand: string): boolean {
    const { files } = this.#call.system;
    const path = absolute(this.#call.cwd, operand);
    switch (operator) {
      case '-n':
        return operand !== '';
      case '-z':
        return operand === '';
      case '-e':
      case '-r':
      case '-w':
        return files.exists(path);
      case '-f':
        return files.read(path) !== undefined;
      case '-d':
        return files.isDirectory(path);
      case '-s':
        return (files.read(path)?.length ?? 0) > 0;
      case '-x':
        return files.isDirectory(path);
      case '-h':
      case '-L':
      case '-t':
        return false;
      default:
        throw new Error(`${operator}: unknown operand`);
    }
  }
}

function number(text: string): number {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new Error(`invalid number '${text}'`);
  return Number(text);
}

const COMPARISONS: Readonly<Record<string, (left: string, right: string) => boolean>> = {
  '=': (left, right) => left === right,
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '-eq': (left, right) => number(left) === number(right),
  '-ne': (left, right) => number(left) !== number(right),
  '-lt': (left, right) => number(left) < number(right),
  '-le': (left, right) => number(left) <= number(right),
  '-gt': (left, right) => number(left) > number(right),
  '-ge': (left, right) => number(left) >= number(right),
};
