import type { Command } from 'commander';
import { dataHome } from '../home.js';
import { type Output, openTerminal, type Terminal } from './terminal.js';

/** All that a command gets from the world around it. */
export type World = {
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly stdout: Output;
	readonly stderr: Output;
	/** Aborts when the person or the system asks the program to end. */
	readonly signal: AbortSignal;
	/** Sets the exit code of a command that has answered all the same. */
	readonly endWith: (exitCode: number) => void;
};

export type Context = {
	readonly terminal: Terminal;
	readonly home: string;
	readonly env: World['env'];
	readonly signal: AbortSignal;
	readonly json: boolean;
	readonly verbose: boolean;
};

export const contextOf = (world: World, command: Command): Context => {
	const { json = false, verbose = false } = command.optsWithGlobals<{ json?: boolean; verbose?: boolean }>();
	return {
		terminal: openTerminal(json, world.stdout, world.stderr),
		home: dataHome(world.env),
		env: world.env,
		signal: world.signal,
		json,
		verbose,
	};
};
