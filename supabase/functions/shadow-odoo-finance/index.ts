import { serve } from "../_shared/serve.ts";

serve("shadow-odoo-finance", "shadow");
