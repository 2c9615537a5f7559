import type { NoticeCommand } from '../../state/notice.js';
import type { CutSource, DialogName, ViewState } from '../../state/view-state.js';
import type { SendFile } from '../upload.js';
import { CatalogueCommands } from './catalogue-commands.js';
import type { CommandPorts } from './command-ports.js';
import { CropCommands } from './crop-commands.js';
import { CutCommands } from './cut-commands.js';
import { PlacingCommands } from './placing-commands.js';
import { SettingsCommands } from './settings-commands.js';
import { VerdictCommands } from './verdict-commands.js';

/** Everything a person can make the page do with the engine, by topic. What comes of it goes to the store. */
export class Commands {
	readonly verdicts: VerdictCommands;
	readonly cuts: CutCommands;
	readonly crops: CropCommands;
	readonly placing: PlacingCommands;
	readonly catalogue: CatalogueCommands;
	readonly settings: SettingsCommands;

	/** @param reload - of the page itself, for a version that fits the engine's */
	constructor(
		private readonly ports: CommandPorts,
		sendFile: SendFile,
		private readonly reload: () => void,
	) {
		this.verdicts = new VerdictCommands(ports);
		this.placing = new PlacingCommands(ports, this.verdicts);
		this.cuts = new CutCommands(ports, this.verdicts, this.placing, sendFile);
		this.crops = new CropCommands(ports);
		this.catalogue = new CatalogueCommands(ports);
		this.settings = new SettingsCommands(ports);
	}

	/** What the engine's arrival starts: the job that went down with it, or at first the demo that shows what this is. */
	resume(state: ViewState): void {
		const { cut, interrupted } = state;
		void this.settings.learn();
		void this.verdicts.learn(cut.state === 'open' ? cut.cut.id : null);
		if (cut.state === 'open') void this.placing.learn(cut.cut.id);
		if (interrupted === 'suggesting') void this.cuts.suggest();
		else if (interrupted === 'opening' && cut.state === 'failed') void this.cuts.open(cut.source);
		else if (cut.state === 'none') {
			const demo = this.ports.store.state.status?.demoCuts[0];
			if (demo) void this.#showDemo({ kind: 'demo', ...demo });
		}
	}

	/** Opens the demo and asks for its music: what this does is heard before a button is looked for. */
	async #showDemo(demo: CutSource): Promise<void> {
		await this.cuts.open(demo);
		const { cut, catalog } = this.ports.store.state;
		const isStillThere = cut.state === 'open' && cut.source === demo && cut.search.state === 'idle';
		if (isStillThere && catalog !== null && catalog.tracks > 0) await this.cuts.suggest();
	}

	/** An editing program has come: what is open there is what the editor works on, rather than a demo nobody asked for. */
	hostChanged(before: ViewState): void {
		const { cut, host } = this.ports.store.state;
		const isUnasked = cut.state === 'none' || cut.source.kind === 'demo';
		if (!before.host?.sequence && host?.sequence && isUnasked) void this.cuts.openHost();
	}

	/** Does what a notice offers. */
	carryOut(command: NoticeCommand): void {
		const { dispatch, state } = this.ports.store;
		const { cut } = state;
		const show = (dialog: DialogName) => dispatch({ type: 'dialog', dialog });
		const actions: Readonly<Record<NoticeCommand, () => unknown>> = {
			reconnect: () => this.ports.engine.connect(),
			reload: () => this.reload(),
			'add-folder': () => show('add-folder'),
			pause: () => this.catalogue.setPaused(true),
			resume: () => this.catalogue.setPaused(false),
			rescan: () => this.catalogue.rescan(),
			'show-skipped': () => show('skipped'),
			'open-cut': () => show('open-cut'),
			'retry-cut': () => (cut.state === 'failed' || cut.state === 'open') && this.cuts.open(cut.source),
			'retry-preview': () => this.cuts.makePreview(),
			cancel: () => this.cuts.cancel(),
			'choose-range': () => show('range'),
			'whole-range': () => cut.state === 'open' && this.cuts.setRange({ start: 0, end: cut.cut.duration }),
			suggest: () => this.cuts.suggest(),
			place: () => this.placing.place(),
			'remove-audition': () => this.placing.removeAudition(),
			'open-host': () => this.cuts.openHost(),
			'bring-back': () => this.verdicts.undo(),
			'show-rejected': () => show('rejected'),
			'any-vocals': () => {
				this.settings.setOptions({ vocals: 'any' });
				return this.cuts.suggest();
			},
		};
		actions[command]();
	}
}
