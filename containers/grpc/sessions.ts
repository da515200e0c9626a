import type { Http2SecureServer, Http2Server, Http2Session } from 'node:http2';

/** A server's open connections, as they come and go. What goes wrong with one is its client's business. */
export function sessionsOf(server: Http2Server | Http2SecureServer): ReadonlySet<Http2Session> {
  const sessions = new Set<Http2Session>();
  server.on('session', (session: Http2Session) => {
    sessions.add(session);
    session.on('error', () => {});
    session.on('close', () => sessions.delete(session));
  });
  server.on('sessionError', () => {});
  return sessions;
}
