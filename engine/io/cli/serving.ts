import { PORTS } from '../../protocol/messages.js';
import type { LocalEngine } from '../engine.js';
import { claimHome } from '../home.js';
import { projectPath, projectVersion } from '../project.js';
import { startServer } from '../server/server.js';
import { openHere } from './access.js';
import type { Context } from './command-context.js';

export type Serving = {
	readonly engine: LocalEngine;
	readonly port: number;
	readonly token: string;
	/** The page's address with the token, for the person who started it. */
	readonly link: string;
};

/**
 * Has the data folder, serves it, does `work`, and ends everything again, whatever happened. Throws 'engine-running' or
 * 'port-taken'.
 *
 * @param port - null for the first free one of the fixed list
 */
export const serving = async (
	context: Context,
	port: number | null,
	work: (serving: Serving) => Promise<void>,
): Promise<void> => {
	const claim = claimHome(context.home, projectVersion());
	try {
		const engine = openHere(context, 'write');
		try {
			await engine.uploads.clean();
			const server = await startServer({
				engine,
				hosts: engine.hosts,
				files: engine,
				uploads: engine.uploads,
				token: claim.token,
				page: projectPath('dist', 'panel'),
				ports: port === null ? PORTS : [port],
			});
			try {
				claim.serving(server.port);
				await work({
					engine,
					port: server.port,
					token: claim.token,
					link: `${server.url}?token=${claim.token}`,
				});
			} finally {
				await server.close();
			}
		} finally {
			await engine.close();
		}
	} finally {
		claim.release();
	}
};

/** Resolves when the person, or the system, asks the program to end. */
export const untilStopped = (signal: AbortSignal): Promise<void> =>
	new Promise(resolve => {
		if (signal.aborted) resolve();
		else signal.addEventListener('abort', () => resolve(), { once: true });
	});
