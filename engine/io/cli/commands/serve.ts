import { type Command, InvalidArgumentError } from 'commander';
import { demoCuts, demoMusic } from '../../demo.js';
import { contextOf, type World } from '../command-context.js';
import { untilIndexed } from '../indexing.js';
import { openBrowser } from '../open-browser.js';
import { serving, untilStopped } from '../serving.js';

type Options = { readonly port?: number };

export const addServeCommands = (program: Command, world: World): void => {
	program
		.command('serve')
		.description('Serve the page and the plugin, and keep the catalogue in step with its folders.')
		.option('--port <n>', 'port on 127.0.0.1; 0 for any free one (default: 47821 or one of the next three)', readPort)
		.addHelpText(
			'after',
			`
Prints the link of the page and runs until Ctrl-C. Only this computer can reach it, and only with the token in the link.

Examples:
  segue serve
  segue serve --port 0 --json

With --json: one line {"url", "port", "token", "pid"} once it serves.`,
		)
		.action(async ({ port }: Options, command: Command) => {
			const context = contextOf(world, command);
			await serving(context, port ?? null, async ({ engine, link, port, token }) => {
				engine.startIndexing();
				context.terminal.answer({ url: link, port, token, pid: process.pid }, readyLine(link));
				await untilStopped(context.signal);
			});
		});

	program
		.command('start')
		.description('Try Segue: index the demo music that comes with it, then serve and open the page.')
		.option('--port <n>', 'port on 127.0.0.1; 0 for any free one (default: 47821 or one of the next three)', readPort)
		.addHelpText(
			'after',
			`
Prints "Segue is ready: LINK" once the demo music is indexed and the demo cut analysed, and opens the link where there is a desktop; BROWSER=none
leaves that out. The page can be opened before; it shows how far the indexing is. Ctrl-C ends everything.`,
		)
		.action(async ({ port }: Options, command: Command) => {
			const context = contextOf(world, command);
			await serving(context, port ?? null, async ({ engine, link, port, token }) => {
				const { folders } = await engine.ask('catalog.state', {});
				// Somebody who has folders of their own may have removed the demo's on purpose.
				if (folders.length === 0) await engine.ask('catalog.add', { folder: demoMusic() });
				else engine.startIndexing();
				if ((await engine.ask('catalog.state', {})).indexing !== null) {
					context.terminal.note(`Looking through the music; the page is there already: ${link}`);
				}
				await untilIndexed(engine, context);
				// The page opens this cut by itself, and is to find it ready. Analysed before, it costs nothing.
				await engine.ask('cut.open', { source: { kind: 'demo', name: demoCuts[0]!.name } }, () => {}, context.signal);
				context.terminal.answer({ url: link, port, token, pid: process.pid }, readyLine(link));
				await openBrowser(link, context.env, process.platform);
				await untilStopped(context.signal);
			});
		});
};

const readyLine = (link: string): string => `Segue is ready: ${link}`;

const readPort = (text: string): number => {
	const port = Number(text);
	if (!Number.isInteger(port) || port < 0 || port > 65_535)
		throw new InvalidArgumentError('It is a number, 0 to 65535.');
	return port;
};
