export type Language = 'node' | 'php' | 'python'

/**
 * Code for the shop's server: it tells the panel who is signed in. The text that is signed is
 * `userId:expires:email:phone`; without email and phone it ends after `expires`. Seconds, at most an hour.
 */
export const signInExamples: Record<Language, string> = {
  node: `import { createHmac } from 'node:crypto'

function sapaProof (user, key) {
  const userId = String(user.id)
  const expires = Math.floor(Date.now() / 1000) + 3600
  const email = user.email ?? ''
  const phone = user.phone ?? ''
  const text = [userId, expires, email, phone].join(':')
  const signed = email || phone ? text : [userId, expires].join(':')
  const hash = createHmac('sha256', key).update(signed).digest('hex')
  return { userId, expires, hash, email, phone, name: user.name }
}`,
  php: `function sapa_proof($user, $key) {
  $userId = (string) $user['id'];
  $expires = time() + 3600;
  $email = $user['email'] ?? '';
  $phone = $user['phone'] ?? '';
  $signed = $email || $phone
    ? implode(':', [$userId, $expires, $email, $phone])
    : implode(':', [$userId, $expires]);
  $hash = hash_hmac('sha256', $signed, $key);
  return ['userId' => $userId, 'expires' => $expires, 'hash' => $hash,
    'email' => $email, 'phone' => $phone, 'name' => $user['name'] ?? ''];
}`,
  python: `import hashlib
import hmac
import time

def sapa_proof(user, key):
    user_id = str(user["id"])
    expires = int(time.time()) + 3600
    email = user.get("email") or ""
    phone = user.get("phone") or ""
    parts = [user_id, str(expires)] + ([email, phone] if email or phone else [])
    hash = hmac.new(key.encode(), ":".join(parts).encode(), hashlib.sha256).hexdigest()
    return {"userId": user_id, "expires": expires, "hash": hash,
            "email": email, "phone": phone, "name": user.get("name", "")}`
}

/** What the page does with it, once for each visit. */
export const identifyCall = `<script>
window.Sapa = window.Sapa || function () { (Sapa.q = Sapa.q || []).push(arguments) }
Sapa('identify', /* JSON of sapa_proof(user, key) */)
</script>`
