import type { EgressVia } from '../../lib/model/egress.ts';
import type { EgressClient } from './client.ts';
import type { Connection } from './connection.ts';
import type { Connector } from './connector.ts';
import { tunnel } from './tunnel.ts';

/** Carries what a client sends to where its connection leads: unread, unless something must see it. */
export function onward(client: EgressClient, connection: Connection, via: EgressVia, connector: Connector): void {
  const { seeing } = connector;
  if (seeing === undefined || !seeing.sees(connection.to)) return tunnel(client.socket, connection);
  seeing.serve(client, connection, via, connector).catch(() => {
    connection.end('closed');
    client.socket.destroy();
  });
}
