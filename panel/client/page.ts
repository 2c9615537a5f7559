import type { Programme } from '../state/player-state.js';
import { reduce } from '../state/reducer.js';
import { Store } from '../state/store.js';
import { initialState, resultsOf, selectedOf, shownOf, type ViewState } from '../state/view-state.js';
import { Commands } from './commands.js';
import { EngineClient, type Timer } from './engine-client.js';
import { Player } from './player.js';
import { openWebSocket } from './socket.js';
import { Sounds } from './sounds.js';
import { sendFile } from './upload.js';
import { decodeStretch, WebAudioOutput } from './web-audio.js';

export type Listening = Pick<Programme, 'loop' | 'ownSound'>;

/** The page's parts, put together on the browser's own socket, sound and clock. */
export class Page {
	readonly store = new Store(reduce, initialState);
	readonly commands: Commands;
	readonly player: Player<AudioBuffer>;
	readonly #sounds = new Sounds(decodeStretch);
	readonly #client: EngineClient;
	/** How things are listened to. */
	readonly listening = new Store<Listening, Partial<Listening>>((now, change) => ({ ...now, ...change }), {
		loop: false,
		ownSound: 'off',
	});

	constructor(version: string) {
		this.#client = new EngineClient(openWebSocket, timer, version, {
			onStatus: status => this.store.dispatch({ type: 'status', status }),
			onCatalog: catalog => this.store.dispatch({ type: 'catalog', catalog }),
			onConnection: connection => {
				const before = this.store.state;
				this.store.dispatch({ type: 'connection', connection });
				if (connection.state === 'ready') this.commands.resume(before);
			},
		});
		this.commands = new Commands({
			store: this.store,
			engine: this.#client,
			sendFile,
			reload: () => location.reload(),
		});
		this.player = new Player(new WebAudioOutput(), this.#sounds, every);
	}

	/** Connects, and keeps the player on what the page shows. Answers what ends both. */
	open(): () => void {
		let before = this.store.state;
		const follow = (): void => {
			const state = this.store.state;
			this.#follow(before, state);
			before = state;
		};
		const stops = [this.store.subscribe(follow), this.listening.subscribe(() => this.#setProgramme(this.store.state))];
		this.#client.connect();
		return () => {
			for (const stop of stops) stop();
			this.#client.close();
			this.player.setProgramme(null);
		};
	}

	#follow(before: ViewState, { cut }: ViewState): void {
		if (before.cut === cut) return;
		const [was, is] = [before.cut, cut].map(each => (each.state === 'open' ? each.cut : null));
		if (was !== is) {
			this.player.setProgramme(null);
			// Narration is what an editor works to; a cut's other sound is mostly the music that is to be replaced.
			this.listening.dispatch({ ownSound: is && is.speech.length > 0 ? 'ducked' : 'off' });
		}
		this.#setProgramme(this.store.state);
		const results = resultsOf(cut);
		if (results === null || results === resultsOf(before.cut)) return;
		const shown = shownOf(results);
		const near = [0, 1, -1, 2].flatMap(by => shown[results.selected + by] ?? []);
		this.#sounds.preload([...new Set([...near, ...shown.slice(0, 3)])]);
	}

	#setProgramme({ cut }: ViewState): void {
		if (cut.state !== 'open') return;
		this.player.setProgramme({
			range: cut.range,
			rate: cut.cut.rate,
			speech: cut.cut.speech,
			suggestion: selectedOf(cut),
			...this.listening.state,
		});
	}
}

const timer: Timer = (milliseconds, then) => {
	const id = setTimeout(then, milliseconds);
	return () => clearTimeout(id);
};

const every: Timer = (milliseconds, then) => {
	const id = setInterval(then, milliseconds);
	return () => clearInterval(id);
};
