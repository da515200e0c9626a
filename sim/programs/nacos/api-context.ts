import type { HttpReply, HttpRequest } from '../host.ts';
import type { Naming } from './naming.ts';
import type { Params } from './params.ts';
import type { NacosProfile } from './profiles.ts';

/** What a handler of the HTTP API has. */
export interface ApiContext {
  naming: Naming;
  profile: NacosProfile;
  params: Params;
  request: HttpRequest;
  /** Wall time, ms since 1970. */
  epochMs: number;
  /** True if the server can push to clients of this agent. */
  canPush: boolean;
}

export type ApiHandler = (context: ApiContext) => HttpReply;

/** Handlers by path below the context, then by method. */
export type Routes = Readonly<Record<string, Readonly<Record<string, ApiHandler>>>>;
