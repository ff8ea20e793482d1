"""Further kinds of documents; nothing changes in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    compatibility = "expand"

    dependencies = [
        ('documents', '0032_earned_approval'),
    ]

    operations = [
        migrations.AlterField(
            model_name='subdocument',
            name='kind',
            field=models.CharField(choices=[('unknown', 'Unknown'), ('invoice', 'Invoice'), ('credit_note', 'Credit note'), ('correction', 'Correction'), ('self_billed', 'Self billed'), ('reminder', 'Reminder'), ('pro_forma', 'Pro forma'), ('quotation', 'Quotation'), ('delivery_note', 'Delivery note'), ('order_confirmation', 'Order confirmation'), ('statement_of_account', 'Statement of account'), ('remittance_advice', 'Remittance advice'), ('debit_note', 'Debit note'), ('purchase_order', 'Purchase order'), ('receipt', 'Receipt'), ('cancelled', 'Cancelled'), ('void', 'Void'), ('paid', 'Paid'), ('copy', 'Copy'), ('draft', 'Draft')], db_default='unknown', default='unknown', max_length=30),
        ),
    ]
