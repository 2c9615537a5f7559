import type { Answer, Settings } from '../../../engine/protocol/messages.js';
import { type Options, VOCALS } from '../../state/view-state.js';
import type { AskOptions } from '../engine-client.js';
import type { CommandPorts } from './command-ports.js';

/** Entries of the log that are shown. */
const LOG_ENTRIES = 1000;

/** The editor's choices, the model in use, and what helps to find a fault. */
export class SettingsCommands {
	constructor(private readonly ports: CommandPorts) {}

	/** Learns what was chosen before. */
	async learn(): Promise<void> {
		try {
			this.ports.store.dispatch({ type: 'settings', settings: await this.ports.engine.ask('settings.get', {}) });
		} catch {
			// Told by the state of the connection.
		}
	}

	/** Keeps choices with the engine; while it is away they hold for this page alone. */
	async change(change: Partial<Settings>): Promise<void> {
		const { dispatch, state } = this.ports.store;
		if (state.settings !== null) dispatch({ type: 'settings', settings: { ...state.settings, ...change } });
		try {
			dispatch({ type: 'settings', settings: await this.ports.engine.ask('settings.change', { change }) });
		} catch {
			// As above; what was chosen is on the page already.
		}
	}

	/** What weights were learned from so far counts no longer. */
	async forgetLearned(): Promise<void> {
		await this.change({ learningSince: new Date().toISOString() });
	}

	/** What music is wanted. All but the filter is remembered. */
	setOptions({ filter, ...remembered }: Partial<Omit<Options, 'examples'>>): void {
		this.ports.store.dispatch({ type: 'options', options: { ...remembered, ...(filter && { filter }) } });
		if (Object.keys(remembered).length > 0) void this.change(remembered);
	}

	cycleVocals(): void {
		const { vocals } = this.ports.store.state.options;
		this.setOptions({ vocals: VOCALS[(VOCALS.indexOf(vocals) + 1) % VOCALS.length]! });
	}

	/** Rejects with an EngineError, as the rest does: what is wrong is shown where it was asked for. */
	listModels(signal: AbortSignal): Promise<Answer<'model.list'>> {
		return this.ports.engine.ask('model.list', {}, { signal });
	}

	/** Compares by another model from then on. Cancelling changes nothing. */
	chooseModel(
		model: string,
		signal: AbortSignal,
		onProgress: NonNullable<AskOptions['onProgress']>,
	): Promise<Answer<'model.use'>> {
		return this.ports.engine.ask('model.use', { model }, { signal, onProgress });
	}

	readLog(signal: AbortSignal): Promise<Answer<'log.read'>> {
		return this.ports.engine.ask('log.read', { limit: LOG_ENTRIES }, { signal });
	}

	async report(paths: boolean): Promise<string> {
		return (await this.ports.engine.ask('report', { paths })).text;
	}
}
