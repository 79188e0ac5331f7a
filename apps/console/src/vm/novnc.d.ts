/** The part of noVNC's API (its docs/API.md) that the console uses; the package has no types. */
declare module '@novnc/novnc' {
  export default class RFB extends EventTarget {
    constructor(target: HTMLElement, url: string)
    scaleViewport: boolean
    focusOnClick: boolean
    /** CSS colour around the screen. */
    background: string
    focus(): void
    sendCtrlAltDel(): void
    disconnect(): void
  }
}
