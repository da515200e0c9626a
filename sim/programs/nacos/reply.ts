import type { HttpReply } from '../host.ts';
import { toJson } from './java-json.ts';

/** An error that a handler answers with: thrown by the code that finds it, turned into a reply by the server. */
export class NacosError extends Error {
  readonly status: number;
  /** `text`: the message alone; `page`: Spring's JSON error page; `checked`: as the parameter filter writes it. */
  readonly form: 'text' | 'page' | 'checked';

  constructor(status: number, message: string, form: 'text' | 'page' | 'checked' = 'text') {
    super(message);
    this.status = status;
    this.form = form;
  }
}

/**
 * A NacosRuntimeException: what is answered depends on the release. `message` is Java's, with the code in it; `causes` are
 * the texts of what caused it, the nearest first.
 */
export class RuntimeFault extends Error {
  readonly code: number;
  readonly causes: readonly string[];

  constructor(code: number, message: string, ...causes: readonly string[]) {
    super(message);
    this.code = code;
    this.causes = causes;
  }
}

const REASONS: Record<number, string> = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  500: 'Internal Server Error',
  501: 'Not Implemented',
};

/** Tomcat ends the connection after these. */
const CLOSING = new Set([400, 500, 501]);

const TEXT = 'text/plain;charset=UTF-8';
const JSON_TYPE = 'application/json';

export function textReply(text: string, status = 200): HttpReply {
  return { status, headers: [['Content-Type', TEXT], ...connection(status)], body: text };
}

export function jsonReply(value: unknown, status = 200, type = JSON_TYPE): HttpReply {
  return { status, headers: [['Content-Type', type], ...connection(status)], body: toJson(value) };
}

/** Spring Boot's error page for a client that does not ask for HTML. */
export function errorPage(status: number, message: string, path: string, epochMs: number): HttpReply {
  const timestamp = new Date(epochMs).toISOString().replace('Z', '+00:00');
  return jsonReply({ timestamp, status, error: REASONS[status] ?? '', message, path }, status);
}

/** The reply to an error. */
export function errorReply(error: NacosError, path: string, epochMs: number): HttpReply {
  if (error.form === 'page') return errorPage(error.status, error.message, path, epochMs);
  if (error.form === 'text') return textReply(error.message, error.status);
  // Models nacos 2.5 ParamCheckerFilter.generate400Response: println without a content type.
  return {
    status: error.status,
    headers: [
      ['Pragma', 'no-cache'],
      ['Expires', 'Thu, 01 Jan 1970 00:00:00 GMT'],
      ['Cache-Control', 'no-cache,no-store'],
      ['Connection', 'close'],
    ],
    body: `${error.message}\r\n`,
    untyped: true,
  };
}

/** What Tomcat says of a path outside the application. */
export function tomcatNotFound(): HttpReply {
  const styles =
    'body {font-family:Tahoma,Arial,sans-serif;} h1, h2, h3, b {color:white;background-color:#525D76;} ' +
    'h1 {font-size:22px;} h2 {font-size:16px;} h3 {font-size:14px;} p {font-size:12px;} a {color:black;} ' +
    '.line {height:1px;background-color:#525D76;border:none;}';
  const title = 'HTTP Status 404 – Not Found';
  return {
    status: 404,
    headers: [['Content-Type', 'text/html;charset=utf-8']],
    body: `<!doctype html><html lang="en"><head><title>${title}</title><style type="text/css">${styles}</style></head><body><h1>${title}</h1></body></html>`,
  };
}

function connection(status: number): [string, string][] {
  return CLOSING.has(status) ? [['Connection', 'close']] : [];
}
