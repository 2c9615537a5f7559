import { EngineError } from '../protocol/errors.js';
import type { HostView } from '../protocol/host.js';
import type { HostLink } from './host-link.js';

/** The editing programs that are connected. The one whose sequence changed last is the current one. */
export class Hosts {
	private readonly links: HostLink[] = [];
	private readonly listeners = new Set<(view: HostView | null) => void>();

	join(link: HostLink): void {
		this.links.push(link);
	}

	/** To be called when a link's view has changed. */
	changed(link: HostLink): void {
		const at = this.links.indexOf(link);
		if (at === -1) return;
		this.links.splice(at, 1);
		this.links.push(link);
		this.announce();
	}

	leave(link: HostLink): void {
		const at = this.links.indexOf(link);
		if (at === -1) return;
		this.links.splice(at, 1);
		link.lost();
		this.announce();
	}

	get view(): HostView | null {
		return this.links.findLast(({ view }) => view !== null)?.view ?? null;
	}

	/** Throws 'no-host' where none is connected. */
	current(): HostLink {
		const link = this.links.findLast(({ view }) => view !== null);
		if (!link) throw new EngineError('no-host', 'No editing program is connected.');
		return link;
	}

	/** The one that has a sequence active, or else the current one, which then refuses by itself. */
	withSequence(id: string): HostLink {
		return this.links.findLast(({ view }) => view?.sequence?.id === id) ?? this.current();
	}

	onChange(listener: (view: HostView | null) => void): () => void {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	}

	private announce(): void {
		const { view } = this;
		for (const listener of this.listeners) listener(view);
	}
}
