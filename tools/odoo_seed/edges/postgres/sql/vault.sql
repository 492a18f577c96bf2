-- Supabase Vault. What is not named as our variables are is not ours to decrypt.

-- read --
select name, decrypted_secret
from vault.decrypted_secrets
where name ~ '^(ODOO|SEED|SUPABASE)_' and decrypted_secret is not null
