/** Whether a manifest's `net:` scopes let its plugin talk to this host. */
export function hostInScopes(host: string, scopes: readonly string[]): boolean {
  return scopes.some(scope => {
    if (!scope.startsWith('net:')) return false
    const allowed = scope.slice('net:'.length)
    if (allowed === '*' || allowed === host) return true
    return allowed.startsWith('*.') && host.endsWith(allowed.slice(1))
  })
}
