// Watches devices come and go during a call, and keeps the newest piece of news for a while.
import { listDevices, noDevices, onDevicesChange, type DeviceKind, type DeviceList } from './devices';
import { deviceNews, type DeviceNews } from './deviceNews';

/** How long news stands. */
const STANDS_MS = 15_000;
/** A track that lost its device may have taken another before the list of devices says so. */
const REMEMBERED_MS = 10_000;

type InUse = Record<DeviceKind, string | null>;

export class DeviceWatch {
  news: DeviceNews | null = null;
  private list: DeviceList = noDevices;
  /** When each device was last seen in use, by kind and id. */
  private readonly used = new Map<string, number>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly unwatch: () => void;
  private closed = false;

  constructor(
    private readonly inUse: () => InUse,
    /** A device that was in use is gone. */
    private readonly onVanished: (news: DeviceNews) => void,
    private readonly changed: () => void,
  ) {
    this.unwatch = onDevicesChange(() => void this.look());
    void this.look();
  }

  /** To be called whenever the devices in use may have changed. */
  note(): void {
    const now = performance.now();
    for (const [kind, id] of Object.entries(this.inUse())) if (id) this.used.set(`${kind} ${id}`, now);
    for (const [device, at] of this.used) if (now - at > REMEMBERED_MS) this.used.delete(device);
  }

  dismiss = (): void => {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.news = null;
    this.changed();
  };

  close(): void {
    this.closed = true;
    this.unwatch();
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private async look(): Promise<void> {
    this.note();
    const list = await listDevices();
    if (this.closed) return;
    const news = deviceNews(this.list, list, (kind, id) => this.used.has(`${kind} ${id}`));
    this.list = list;
    if (!news) return;
    this.dismiss();
    this.news = news;
    this.timer = setTimeout(this.dismiss, STANDS_MS);
    if (news.change === 'vanished') this.onVanished(news);
    this.changed();
  }
}
