/** One end of a conversation in texts. */
export interface Socket {
	send(text: string): void;
	close(): void;
}

export type SocketListener = {
	readonly onOpen: () => void;
	readonly onText: (text: string) => void;
	/** Comes exactly once, also where the connection never opened. */
	readonly onClose: (code: number) => void;
};

export type OpenSocket = (listener: SocketListener) => Socket;

/** The engine's socket on the page's own origin; the page's cookie speaks for it. */
export const openWebSocket: OpenSocket = listener => {
	const url = new URL('ws', document.baseURI);
	url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
	const socket = new WebSocket(url);
	socket.addEventListener('open', listener.onOpen);
	socket.addEventListener('message', ({ data }) => listener.onText(String(data)));
	socket.addEventListener('close', ({ code }) => listener.onClose(code));
	return socket;
};
