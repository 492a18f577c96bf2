import { serve } from "../_shared/serve.ts";

serve("seed-odoo-finance", "seed");
